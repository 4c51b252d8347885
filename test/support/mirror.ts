import Database from 'libsql'
import type { z } from 'zod'
import type { change } from '../../src/contracts/v1/change.ts'
import type { renderRecord } from '../../src/contracts/v1/render.ts'

/**
 * A client that keeps an exact copy of all records in a database of its own, as docs/history.md tells it: it copies, and then
 * goes by the feed alone. Each step is one transaction of the copy and of where it stands, so it may be cut off anywhere.
 */

type Change = z.infer<typeof change>
export type CopiedRecord = ReturnType<typeof renderRecord>

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: whatever a route answers; whoever asks has held it against its schema
  readonly body: any
}
export type Get = (path: string) => Promise<Answer>

/** Thrown between what a step has written and its commit. */
export class CutOff extends Error {}

export interface StepOptions {
  /** Records or changes of the page that it reads. */
  readonly limit: number
  readonly isCutOff: boolean
}

const TABLES = `
CREATE TABLE IF NOT EXISTS place (cursor TEXT);
CREATE TABLE IF NOT EXISTS copies (object TEXT PRIMARY KEY, cursor TEXT);
CREATE TABLE IF NOT EXISTS records (object TEXT, id TEXT, version INTEGER, record TEXT, is_seen INTEGER, PRIMARY KEY (object, id))`

const latest = (one: string, other: string) => (one > other ? one : other)

const isGone = (action: string) => action === 'erased' || action === 'merged'

/** Where a change has no values; and what is there again was created when and by whom it was, which no change tells. */
const hasToBeRead = ({ action, values }: Change) => !isGone(action) && (values === null || action === 'separated')

/** What a change makes of a record. @throws Error where a change before this one has not been told */
const after = (record: CopiedRecord | undefined, told: Change): CopiedRecord | undefined => {
  const { at, actor, action, version, recordId, object, values } = told
  if (version === null || recordId === null || object === null) throw new Error(`A ${action} of no record`)
  const set = Object.entries(values ?? {}).filter(([, value]) => value.after !== null)
  if (action === 'created')
    return {
      ...{ id: recordId, object, version, archivedAt: null },
      ...{ createdAt: at, updatedAt: at, createdBy: actor, updatedBy: actor },
      values: Object.fromEntries(set.map(([slug, value]) => [slug, value.after])),
    }
  // What is gone by the time of the copy is not in it: its erasing is still to be told.
  if (!record) return undefined
  if (record.version !== version - 1) throw new Error(`${object} ${recordId}: ${record.version}, and then ${version}`)
  const kept = Object.entries(record.values).filter(([slug]) => !(slug in (values ?? {})))
  return {
    ...record,
    version,
    values: Object.fromEntries([...kept, ...set.map(([slug, value]) => [slug, value.after] as const)]),
    updatedAt: latest(record.updatedAt, at),
    updatedBy: actor,
    ...(action === 'archived' && { archivedAt: at }),
    ...(action === 'restored' && { archivedAt: null }),
  }
}

export class Mirror {
  readonly #get: Get
  readonly #path: string
  #database: Database.Database

  constructor(path: string, get: Get) {
    this.#path = path
    this.#get = get
    this.#database = new Database(path)
    this.#database.exec(TABLES)
  }

  /** As a process that was killed and is started again. */
  restart(): void {
    this.close()
    this.#database = new Database(this.#path)
  }

  close(): void {
    this.#database.close()
  }

  /** In the order of creation. */
  records(object: string): CopiedRecord[] {
    return this.#rows('SELECT record FROM records WHERE object = ? ORDER BY id', object).map(
      (row) => JSON.parse(row.record as string) as CopiedRecord,
    )
  }

  /**
   * One page of the copy or of the feed.
   * @returns whether there was anything to do: not while the history is off
   * @throws CutOff if it is to be
   */
  async step({ limit, isCutOff }: StepOptions): Promise<boolean> {
    const [place] = this.#rows('SELECT cursor FROM place')
    if (!place) return this.#begin(isCutOff)
    const [copy] = this.#rows('SELECT object, cursor FROM copies ORDER BY object LIMIT 1')
    if (copy) return this.#copy(copy.object as string, copy.cursor as string | null, limit, isCutOff)
    return this.#follow(place.cursor as string, limit, isCutOff)
  }

  async #begin(isCutOff: boolean): Promise<boolean> {
    const { status, body } = await this.#get('/v1/changes?since=now')
    if (status === 409) return false
    const { objects } = (await this.#get('/v1/objects')).body
    this.#transaction(isCutOff, () => {
      this.#run('INSERT INTO place VALUES (?)', body.nextCursor)
      // Of an object that there is no more nothing is copied: that ends it.
      const known = this.#rows('SELECT DISTINCT object FROM records').map(({ object }) => object as string)
      for (const object of new Set([...known, ...objects.map(({ slug }: { slug: string }) => slug)])) this.#mark(object)
    })
    return true
  }

  #mark(object: string): void {
    this.#run('INSERT INTO copies VALUES (?1, NULL) ON CONFLICT (object) DO UPDATE SET cursor = NULL', object)
    this.#run('UPDATE records SET is_seen = 0 WHERE object = ?', object)
  }

  async #copy(object: string, cursor: string | null, limit: number, isCutOff: boolean): Promise<boolean> {
    const from = cursor === null ? '' : `&cursor=${cursor}`
    const { status, body } = await this.#get(`/v1/objects/${object}/records?archived=include&limit=${limit}${from}`)
    this.#transaction(isCutOff, () => {
      const page = status === 404 ? { records: [], nextCursor: null } : body
      for (const record of page.records) this.#put(record)
      if (page.nextCursor !== null)
        this.#run('UPDATE copies SET cursor = ?2 WHERE object = ?1', object, page.nextCursor)
      else {
        this.#run('DELETE FROM records WHERE object = ? AND NOT is_seen', object)
        this.#run('DELETE FROM copies WHERE object = ?', object)
      }
    })
    return true
  }

  async #follow(cursor: string, limit: number, isCutOff: boolean): Promise<boolean> {
    const { status, body } = await this.#get(`/v1/changes?cursor=${cursor}&limit=${limit}`)
    if (status === 409) return false
    if (status === 410) {
      this.#transaction(isCutOff, () => this.#run('DELETE FROM place'))
      return true
    }
    const read = await this.#read(body.changes)
    this.#transaction(isCutOff, () => {
      for (const told of body.changes as Change[]) this.#apply(told, read)
      this.#run('UPDATE place SET cursor = ?', body.nextCursor)
    })
    return body.changes.length > 0 || body.more
  }

  /**
   * Records that have to be read, by object and id. What is gone by now is not among them, nor is what was merged since: it
   * is found by its id, and is another record then.
   */
  async #read(changes: readonly Change[]): Promise<ReadonlyMap<string, CopiedRecord>> {
    const read = new Map<string, CopiedRecord>()
    for (const told of changes) {
      const { object, recordId } = told
      if (recordId === null || !hasToBeRead(told)) continue
      const { status, body } = await this.#get(`/v1/objects/${object}/records/${recordId}`)
      if (status === 200 && body.id === recordId) read.set(`${object} ${recordId}`, body)
    }
    return read
  }

  #apply(told: Change, read: ReadonlyMap<string, CopiedRecord>): void {
    const { action, object, recordId, version } = told
    if (action === 'schema_changed' && object !== null) this.#mark(object)
    if (object === null || recordId === null || version === null) return
    const [row] = this.#rows('SELECT version, record FROM records WHERE object = ? AND id = ?', object, recordId)
    if (row && Number(row.version) >= version) return
    if (isGone(action)) {
      this.#run('DELETE FROM records WHERE object = ? AND id = ?', object, recordId)
      return
    }
    const known = row && (JSON.parse(row.record as string) as CopiedRecord)
    const record = hasToBeRead(told) ? read.get(`${object} ${recordId}`) : after(known, told)
    if (record) this.#put(record)
    // Values that are told no longer were erased since, and so was the record: that is still to be told.
    else if (known) this.#run('DELETE FROM records WHERE object = ? AND id = ?', object, recordId)
  }

  /** What is not newer than the copy is skipped, but for the same version, which a change of the schema has rewritten. */
  #put(record: CopiedRecord): void {
    const { object, id, version } = record
    this.#run(
      `INSERT INTO records VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT (object, id) DO UPDATE SET
  version = max(version, excluded.version), record = iif(excluded.version >= version, excluded.record, record), is_seen = 1`,
      ...[object, id, version, JSON.stringify(record)],
    )
  }

  #rows(sql: string, ...params: readonly unknown[]): Record<string, unknown>[] {
    return this.#database.prepare(sql).all(...params) as Record<string, unknown>[]
  }

  #run(sql: string, ...params: readonly unknown[]): void {
    this.#database.prepare(sql).run(...params)
  }

  #transaction(isCutOff: boolean, write: () => void): void {
    this.#database.exec('BEGIN')
    try {
      write()
      if (isCutOff) throw new CutOff()
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }
}
