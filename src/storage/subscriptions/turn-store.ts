import type { Change } from '../../engine/history.ts'
import type { PageLimit } from '../../engine/read.ts'
import { servedStatuses } from '../../schema/schema.ts'
import { type Claim, ClaimLostError, LEASE_MS, recordKey, type Turn, type TurnStore } from '../../subscriptions/turn.ts'
import type { SqlDriver, Statement } from '../driver.ts'
import { renamesBehind } from '../forgotten-values.ts'
import { changesRead } from '../history-reader.ts'
import { renamingOf } from '../renaming-rows.ts'
import { oneOf } from '../status-sql.ts'
import { deadLetterOf, subscriptionOf } from './rows.ts'

/** The turns of one subscription over any driver: docs/subscriptions.md. */

/** Changes of one turn, and their bytes in the memory of who sends. */
const PAGE: PageLimit = { records: 100, bytes: 1_000_000, bytesPerRecord: 300 }

/** Dead letters that one turn sends again. */
const WANTED = 50

const isServed = `EXISTS (SELECT 1 FROM organizations o WHERE o.id = ?1 AND o.status ${oneOf(servedStatuses)})`

/** Which subscription, and as it was seen. */
export interface Seen {
  readonly organizationId: string
  readonly id: string
  readonly step: number
}

const WANTED_LETTERS = 'FROM dead_letters d WHERE d.organization_id = ?1 AND d.subscription_id = ?2'

/** Of two who have seen the same step, one has it: the other changes no row, and knows by that. */
const claimStatements = ({ organizationId, id, step }: Seen, now: number): readonly Statement[] => [
  {
    sql: `
UPDATE subscriptions SET step = step + 1, lease_until = CAST(?4 AS INTEGER)
WHERE organization_id = ?1 AND id = ?2 AND step = CAST(?3 AS INTEGER) AND lease_until <= CAST(?5 AS INTEGER)
  AND state = 'on' AND ${isServed}
RETURNING *`,
    params: [organizationId, id, step, now + LEASE_MS, now],
  },
  {
    sql: `SELECT d.* ${WANTED_LETTERS} AND d.wanted = 1 ORDER BY d.sequence LIMIT ${WANTED}`,
    params: [organizationId, id],
  },
  {
    sql: `SELECT d.object, d.record_id, count(*) AS size ${WANTED_LETTERS} GROUP BY d.object, d.record_id`,
    params: [organizationId, id],
  },
  {
    sql: renamesBehind('(SELECT s.cursor FROM subscriptions s WHERE s.organization_id = ?1 AND s.id = ?2)'),
    params: [organizationId, id],
  },
]

const HOLDS = `EXISTS (SELECT 1 FROM subscriptions s WHERE s.organization_id = ?1 AND s.id = ?2 AND s.step = CAST(?3 AS INTEGER)) AND ${isServed}`

/** All of it in one transaction, and the subscription's own row last: what comes before asks for it. */
const finishStatements = (organizationId: string, { subscription }: Claim, turn: Turn): readonly Statement[] => {
  const { id, step } = subscription
  const which = [organizationId, id, step]
  return [
    ...(turn.dead.length > 0
      ? [
          {
            sql: `
INSERT INTO dead_letters (organization_id, subscription_id, sequence, object, record_id, at, failure)
SELECT ?1, ?2, e.value ->> 'sequence', e.value ->> 'object', e.value ->> 'recordId', e.value ->> 'at', e.value ->> 'failure'
FROM json_each(?4) e WHERE ${HOLDS}`,
            params: [...which, JSON.stringify(turn.dead)],
          },
        ]
      : []),
    // Of those that somebody may have skipped while they were on their way, too: so whether the claim holds or not.
    ...(turn.taken.length > 0
      ? [
          {
            sql: `DELETE FROM dead_letters WHERE organization_id = ?1 AND subscription_id = ?2
  AND sequence IN (SELECT value FROM json_each(?3))`,
            params: [organizationId, id, JSON.stringify(turn.taken)],
          },
        ]
      : []),
    ...turn.refused.map(({ sequence, failure }) => ({
      // With it, all of its record: they stand behind it.
      sql: `UPDATE dead_letters AS d SET wanted = 0, failure = iif(d.sequence = CAST(?4 AS INTEGER), ?5, d.failure)
FROM dead_letters r WHERE r.organization_id = ?1 AND r.subscription_id = ?2 AND r.sequence = CAST(?4 AS INTEGER)
  AND d.organization_id = ?1 AND d.subscription_id = ?2 AND d.object = r.object AND d.record_id = r.record_id AND ${HOLDS}`,
      params: [...which, sequence, failure],
    })),
    {
      sql: `
UPDATE subscriptions SET step = step + 1, state = ?4, cursor = CAST(?5 AS INTEGER),
  next_at = CAST(?6 AS INTEGER), attempts = CAST(?7 AS INTEGER), failing_since = CAST(?8 AS INTEGER), failure = ?9,
  delivered_at = CAST(?10 AS INTEGER), lease_until = CAST(?11 AS INTEGER)
WHERE organization_id = ?1 AND id = ?2 AND step = CAST(?3 AS INTEGER) AND ${isServed}`,
      params: [
        ...which,
        turn.state,
        turn.cursor,
        turn.nextAt,
        turn.attempts,
        turn.failingSince,
        turn.failure,
        turn.deliveredAt,
        turn.restUntil,
      ],
    },
  ]
}

export const turnStore = (driver: SqlDriver, seen: Seen): TurnStore => {
  const { organizationId, id } = seen
  const whichOf = ({ subscription }: Claim) => [organizationId, id, subscription.step]

  /** Not bound to a revision, as what is asked for on behalf of a key is: the claim itself says that it may be sent. */
  const changes = async (claim: Claim, after: number, limit: PageLimit) => {
    const { statements, page } = changesRead(organizationId, { after: { sequence: after }, limit })
    const holds = { sql: `SELECT ${HOLDS} AS holds`, params: whichOf(claim) }
    const { results } = await driver.batch([holds, ...statements], { readOnly: true })
    if (results[0]?.rows[0]?.holds !== 1) throw new ClaimLostError()
    return page(results.slice(1).map(({ rows }) => rows))
  }

  return {
    async claim(now) {
      const { results } = await driver.batch(claimStatements(seen, now))
      const [row] = results[0]?.rows ?? []
      if (!row) return undefined
      const held = results[2]?.rows ?? []
      return {
        subscription: subscriptionOf(row),
        organizationId,
        wanted: (results[1]?.rows ?? []).map(deadLetterOf),
        held: new Set(held.map((one) => recordKey(String(one.object), String(one.record_id)))),
        deadLetters: held.reduce((sum, one) => sum + Number(one.size), 0),
        renamings: (results[3]?.rows ?? []).map(renamingOf),
      }
    },
    changes: (claim, after) => changes(claim, after, PAGE),
    async change(claim, sequence): Promise<Change | undefined> {
      const page = await changes(claim, sequence - 1, { ...PAGE, records: 1 })
      const [found] = page.changes
      return found?.sequence === sequence ? found : undefined
    },
    async finish(claim, turn) {
      await driver.batch(finishStatements(organizationId, claim, turn))
    },
  }
}
