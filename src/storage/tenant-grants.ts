import type { BatchResult, Statement } from './driver.ts'

/**
 * What lets somebody in, or lets data out: keys, the members they act for, the secrets of hooks, the receivers of subscriptions.
 * Data of an earlier time must not give it back: what has been taken of it since is taken there too, and so is what was not there
 * just before, however it went. What has been granted since is not there, and cannot be made up; it is told. `tenant-tables.ts` says of each table whether it belongs here.
 */

export const grantingTables = ['members', 'credentials', 'hooks', 'subscriptions'] as const
export type GrantingTable = (typeof grantingTables)[number]

export type Rows = readonly Readonly<Record<string, unknown>>[]

/**
 * How it stands at a place, as rows that JSON can hold. Secrets among them are encrypted, and of no use without the key. Of a
 * table that is absent nothing is known.
 */
export interface Grants extends Readonly<Partial<Record<GrantingTable, Rows>>> {
  /** Whoever is let in is among the rows. The release before has left out members who were not removed. */
  readonly isWhole?: true
}

/** What is otherwise at the other place than an operator would think: names. */
export type GrantsLost = Readonly<Partial<Record<keyof typeof lost, readonly string[]>>>

interface Grant {
  /** Its rows as they stand; of those that let nobody in at ?3, now, what has not changed since ?2 may be left out. */
  readonly read: string
  /** Have nothing of it be more than those rows, ?2, say; ?3 is the present time. */
  readonly take: readonly string[]
  /** What else is to be of a row that is not among them and ends. */
  readonly endedBesides?: string
}

/** Of what has ended, the newest: the rest ends because it is not there. */
const ENDED_ROWS = 2_000

const rows = (columns: readonly string[]) =>
  `(SELECT ${columns.map((column) => `value ->> '${column}' AS ${column}`).join(', ')} FROM json_each(?2)) g`

/** Of two times the one that comes first, where either may be missing. */
const earlier = (one: string, other: string) => `min(coalesce(${one}, ${other}), coalesce(${other}, ${one}))`

/** The stricter of two states. */
const stricter = (table: string) =>
  `CASE WHEN g.state = 'off' OR ${table}.state = 'on' THEN g.state ELSE ${table}.state END`

const unknown = `organization_id = ?1 AND id NOT IN (SELECT value ->> 'id' FROM json_each(?2))`
const unknownIn = (table: string, which = '') => `SELECT name FROM ${table} WHERE ${unknown}${which} ORDER BY name`

const isMember = 'removed_at IS NULL'
const isKey = 'revoked_at IS NULL AND coalesce(expires_at > CAST(?3 AS INTEGER), 1)'
const isOn = `state <> 'off'`

interface Ending {
  /** Its rows that let somebody in at ?3, now. */
  readonly isCurrent: string
  /** The column by which a row lets nobody in any more, and what it has then: the present time, or a word. */
  readonly column: string
  readonly value: 'now' | 'off'
}

/** How a row of each ends, wherever it ends for not having been there just before. */
export const endings: Readonly<Record<GrantingTable, Ending>> = {
  members: { isCurrent: isMember, column: 'removed_at', value: 'now' },
  credentials: { isCurrent: isKey, column: 'revoked_at', value: 'now' },
  hooks: { isCurrent: isOn, column: 'state', value: 'off' },
  subscriptions: { isCurrent: isOn, column: 'state', value: 'off' },
}

/** Those that let somebody in, and of the others so many that have ended since. */
const standing = (table: string, columns: readonly string[], isCurrent: string, ended: string) => {
  const list = (name: string) => [`id`, `${name} AS name`, ...columns].join(', ')
  return `SELECT ${list('name')} FROM ${table} WHERE organization_id = ?1 AND ${isCurrent}
UNION ALL SELECT * FROM (SELECT ${list('NULL')} FROM ${table} WHERE organization_id = ?1 AND NOT (${isCurrent})
  AND ${ended} >= CAST(?2 AS INTEGER) ORDER BY id DESC LIMIT ${ENDED_ROWS})`
}

const grants: Readonly<Record<GrantingTable, Grant>> = {
  members: {
    read: standing('members', ['removed_at'], isMember, 'removed_at'),
    take: [
      `UPDATE members SET removed_at = g.removed_at FROM ${rows(['id', 'removed_at'])}
WHERE members.organization_id = ?1 AND members.id = g.id AND members.removed_at IS NULL`,
    ],
  },
  credentials: {
    // A key that was rotated has not been revoked: it ends when its overlap is over.
    read: standing('credentials', ['revoked_at', 'expires_at'], isKey, 'coalesce(revoked_at, expires_at)'),
    take: [
      // By its id, hence the plus: else the whole list is read anew for each key that there is.
      `UPDATE credentials SET revoked_at = ${earlier('credentials.revoked_at', 'g.revoked_at')},
  expires_at = ${earlier('credentials.expires_at', 'g.expires_at')} FROM ${rows(['id', 'revoked_at', 'expires_at'])}
WHERE +credentials.organization_id = ?1 AND credentials.id = g.id`,
      // Whatever key of a member the earlier state has: it ends with them.
      `UPDATE credentials SET revoked_at = CAST(?3 AS INTEGER) WHERE organization_id = ?1 AND revoked_at IS NULL
AND member_id IN (SELECT id FROM members WHERE organization_id = ?1 AND removed_at IS NOT NULL)`,
    ],
  },
  hooks: {
    read: `SELECT id, state, iif(updated_at >= CAST(?2 AS INTEGER), secrets, NULL) AS secrets,
  iif(updated_at >= CAST(?2 AS INTEGER), definition, NULL) AS definition FROM hooks WHERE organization_id = ?1`,
    take: [
      // What it makes of a delivery belongs to the schema of that time; whom it believes does not.
      `UPDATE hooks SET state = ${stricter('hooks')}, secrets = coalesce(g.secrets, hooks.secrets),
  definition = iif(g.definition IS NULL, hooks.definition, json_set(hooks.definition,
    '$.verification', json_extract(g.definition, '$.verification'), '$.allowlist', json_extract(g.definition, '$.allowlist')))
FROM ${rows(['id', 'state', 'secrets', 'definition'])} WHERE hooks.organization_id = ?1 AND hooks.id = g.id`,
    ],
  },
  subscriptions: {
    read: `SELECT id, state, iif(updated_at >= CAST(?2 AS INTEGER), secrets, NULL) AS secrets,
  iif(updated_at >= CAST(?2 AS INTEGER), definition, NULL) AS definition FROM subscriptions WHERE organization_id = ?1`,
    take: [
      // Whoever delivers for it at this moment finds that it is another one.
      `UPDATE subscriptions SET state = ${stricter('subscriptions')}, secrets = coalesce(g.secrets, subscriptions.secrets),
  definition = coalesce(g.definition, subscriptions.definition), step = step + 1, lease_until = 0
FROM ${rows(['id', 'state', 'secrets', 'definition'])} WHERE subscriptions.organization_id = ?1 AND subscriptions.id = g.id`,
    ],
    endedBesides: ', step = step + 1, lease_until = 0',
  },
}

/** Has nothing of it be that is not among the rows: deleted since, most likely, and whoever has deleted it does not expect it to work. */
const endUnknown = (table: GrantingTable): string => {
  const { isCurrent, column, value } = endings[table]
  const set = `${column} = ${value === 'now' ? 'CAST(?3 AS INTEGER)' : `'${value}'`}${grants[table].endedBesides ?? ''}`
  return `UPDATE ${table} SET ${set} WHERE ${unknown} AND ${isCurrent}`
}

/** Names of what has been granted since, and of what has ended or is off since nobody knows that it was kept. */
const lost = {
  credentials: `SELECT name FROM ${rows(['id', 'name', 'revoked_at', 'expires_at'])} WHERE revoked_at IS NULL
AND coalesce(expires_at > CAST(?3 AS INTEGER), 1) AND id NOT IN (SELECT id FROM credentials WHERE organization_id = ?1) ORDER BY name`,
  ended: unknownIn('credentials', ` AND ${isKey}`),
  removed: unknownIn('members', ` AND ${isMember}`),
  hooks: unknownIn('hooks'),
  subscriptions: unknownIn('subscriptions'),
}

/** As many parameters as it has. */
export const statement = (sql: string, organizationId: string, there: Rows, now: number): Statement => ({
  sql,
  params: [organizationId, JSON.stringify(there), ...(sql.includes('?3') ? [now] : [])],
})

/**
 * How everything that grants stands, one statement for each table.
 * @param since milliseconds since 1970: what has not changed from there on is of no interest
 */
export const readGrants = (organizationId: string, since: number, now = Date.now()): readonly Statement[] =>
  grantingTables.map((table) => {
    const sql = grants[table].read
    return { sql, params: [organizationId, since, ...(sql.includes('?3') ? [now] : [])] }
  })

/** What those statements have answered. */
export const grantsIn = (results: BatchResult['results']): Grants => {
  const [members = [], credentials = [], hooks = [], subscriptions = []] = results.map(({ rows }) =>
    rows.map((row) => ({ ...row })),
  )
  return { members, credentials, hooks, subscriptions, isWhole: true }
}

/** Take of what is here whatever had been taken there, or was not there; the same again changes nothing. */
export const takeGrants = (organizationId: string, there: Grants, now = Date.now()): readonly Statement[] =>
  grantingTables.flatMap((table) => {
    const rows = there[table]
    const { take } = grants[table]
    // What lets somebody in without being a key or a member has been told of whole by every release.
    const isKnownWhole = there.isWhole || endings[table].value === 'off'
    const all = isKnownWhole ? [endUnknown(table), ...take] : take
    return rows ? all.map((sql) => statement(sql, organizationId, rows, now)) : []
  })

const told = Object.keys(lost) as (keyof typeof lost)[]

/** The rows that a question goes by; undefined: it cannot be asked. */
const rowsFor = (name: keyof typeof lost, there: Grants): Rows | undefined => {
  if (name === 'ended') return there.isWhole && there.credentials
  if (name === 'removed') return there.isWhole && there.members
  return there[name]
}

/** What an operator has to know of it, one statement for each kind; asked before anything is taken. */
export const readLost = (organizationId: string, there: Grants, now = Date.now()): readonly Statement[] =>
  told.flatMap((name) => {
    const rows = rowsFor(name, there)
    return rows ? [statement(lost[name], organizationId, rows, now)] : []
  })

/** What those have answered. */
export const lostIn = (there: Grants, results: BatchResult['results']): GrantsLost => {
  const names = results.map(({ rows }) => rows.map(({ name }) => String(name)))
  const asked = told.filter((name) => rowsFor(name, there))
  return Object.fromEntries(asked.map((name, i) => [name, names[i] ?? []]))
}
