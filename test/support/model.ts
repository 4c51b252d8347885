import type { AssertCommand } from '../../src/engine/command.ts'

/**
 * What a create-or-update by match key means, said once more without SQL: an array of records, looked through from
 * the oldest. Objects of the model have `code` and `emails` (unique), `labels` (a list) and `note`.
 */

export type Data = Record<string, string | readonly string[]>

export interface ModelRecord {
  data: Data
  version: number
  /** Place of the record that it was merged into: it is none any more, and what it had leads there. */
  into?: number
  /** Keys, as `slug value`, that it has given up since another record was merged into it: they lead to it. */
  former?: readonly string[]
}

export interface ModelAnswer {
  readonly verdict: string
  /** Place of the record that the answer is about. */
  readonly place?: number
  /** Places of the records in the way of a refused item. */
  readonly inTheWay?: readonly number[]
}

const listOf = (value: unknown): readonly string[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value as string]

const UNIQUE = ['code', 'emails']

const keysOf = (data: Data): readonly string[] =>
  UNIQUE.flatMap((slug) => listOf(data[slug]).map((value) => `${slug} ${value}`))

const put = (data: Data, slug: string, value: unknown): void => {
  const empty = value === null || (Array.isArray(value) && value.length === 0)
  if (empty) delete data[slug]
  else data[slug] = value as Data[string]
}

const merged = (mode: string, had: readonly string[], sent: readonly string[]): readonly string[] => {
  if (mode === 'append') return [...had, ...sent.filter((v) => !had.includes(v))]
  const rest = had.filter((v) => !sent.includes(v))
  return mode === 'prepend' ? [...sent, ...rest] : rest
}

const isMerge = (mode: string) => mode === 'append' || mode === 'prepend' || mode === 'remove'

export class Model {
  readonly records: ModelRecord[]

  constructor(records: readonly ModelRecord[] = []) {
    this.records = structuredClone([...records])
  }

  assert(command: AssertCommand): ModelAnswer {
    for (const { name, value } of command.match) {
      const mode = this.#mode(command, name)
      const sent = command.values[name]
      const holds = listOf(sent).includes(value as string)
      const replaces = mode === 'fill' ? name === 'code' && sent !== null : !isMerge(mode)
      const contradicts = mode === 'remove' ? holds : replaces && sent !== undefined && !holds
      if (contradicts) return { verdict: 'match_key_conflict' }
    }
    const { place, led, others, several } = this.#find(command)
    if (several) return { verdict: 'ambiguous_match' }
    const before = place === undefined ? undefined : this.records[place]
    const data = before
      ? this.#updated(this.#unlessKnown(command, place ?? -1, led, others), before.data)
      : this.#created(command)
    if (!before && command.mode === 'update') return { verdict: 'record_not_found' }
    if (before && command.mode === 'insert') return { verdict: 'record_exists' }
    const inTheWay = this.#holders(data, before)
    if (inTheWay.length > 0) return { verdict: 'unique_conflict', inTheWay }
    if (!before) return { verdict: 'created', place: this.records.push({ data, version: 1 }) - 1 }
    const same = JSON.stringify(Object.entries(before.data).sort()) === JSON.stringify(Object.entries(data).sort())
    if (!same) this.#write(place ?? -1, data)
    return { verdict: same ? 'unchanged' : 'updated', place: place ?? -1 }
  }

  #mode = (command: AssertCommand, slug: string): string => command.writeModes?.[slug] ?? 'replace'

  /** @returns of a key that only leads there also its slug; whether it leads to several */
  #find({ match }: AssertCommand): { place?: number; led?: string; others?: boolean; several?: boolean } {
    for (const { name, value } of match) {
      const key = `${name} ${value}`
      const place = this.records.findIndex((r) => r.into === undefined && keysOf(r.data).includes(key))
      if (place >= 0) return { place, others: this.#isOfAnother(key, place) }
      const [first, second] = this.ledTo(key)
      if (first !== undefined) return { place: first, led: name, several: second !== undefined }
    }
    return {}
  }

  /** Places of what a key leads to that it was merged into, or that has given it up. */
  ledTo(key: string): readonly number[] {
    const places = this.records.flatMap((r, place) =>
      r.former?.includes(key) || (r.into !== undefined && keysOf(r.data).includes(key)) ? [this.#survivor(place)] : [],
    )
    return [...new Set(places)]
  }

  /** Every key that may lead somewhere. */
  get leading(): readonly string[] {
    return [...new Set(this.records.flatMap((r) => [...(r.former ?? []), ...keysOf(r.data)]))]
  }

  /** Whether one had the key that was merged into the record of this place. */
  #isOfAnother(key: string, place: number): boolean {
    return this.records.some(
      (r, i) =>
        r.into !== undefined &&
        this.#survivor(i) === place &&
        (r.former?.includes(key) || keysOf(r.data).includes(key)),
    )
  }

  /** The command without what is sent of unique attributes, if all of it leads to the record, which was found by what leads there. */
  #unlessKnown(command: AssertCommand, place: number, led: string | undefined, others = false): AssertCommand {
    const data = this.records[place]?.data ?? {}
    if (led === undefined && !others) return command
    const found = command.match.find(({ name, value }) => listOf(data[name]).includes(value as string))?.name
    const isKnown = (slug: string, value: unknown): boolean => {
      if (data[slug] === undefined || this.#mode(command, slug) !== 'replace') return false
      if (led === undefined && slug === found) return false
      const sent = listOf(value)
      const leads = (one: string) => listOf(data[slug]).includes(one) || this.ledTo(`${slug} ${one}`).includes(place)
      return sent.length > 0 && ['code', 'emails'].includes(slug) && sent.every(leads)
    }
    const values = Object.entries(command.values).filter(([slug, value]) => !isKnown(slug, value))
    return { ...command, values: Object.fromEntries(values) }
  }

  #write(place: number, data: Data): void {
    const record = this.records[place]
    if (!record) return
    const kept = keysOf(data)
    const isSurvivor = this.records.some(({ into }) => into === place)
    const left = keysOf(record.data).filter((key) => !kept.includes(key) && !this.ledTo(key).includes(place))
    if (isSurvivor && left.length > 0) record.former = [...(record.former ?? []), ...left]
    Object.assign(record, { data, version: record.version + 1 })
  }

  #survivor(place: number): number {
    const into = this.records[place]?.into
    return into === undefined ? place : this.#survivor(into)
  }

  /** Places of what is there. */
  get places(): readonly number[] {
    return this.records.flatMap(({ into }, place) => (into === undefined ? [place] : []))
  }

  merge(stays: number, goes: number, rule: string): void {
    const [survivor, loser] = [this.records[stays], this.records[goes]]
    if (!survivor || !loser) throw new Error('Both have to be there')
    const data = { ...loser.data, ...survivor.data }
    for (const [slug, theirs] of Object.entries(loser.data)) {
      const ours = survivor.data[slug]
      if (rule === 'take') data[slug] = theirs
      else if (rule === 'append' && Array.isArray(ours)) data[slug] = merged('append', ours, listOf(theirs))
    }
    const same = JSON.stringify(Object.entries(survivor.data).sort()) === JSON.stringify(Object.entries(data).sort())
    loser.into = stays
    if (!same) this.#write(stays, data)
  }

  #created(command: AssertCommand): Data {
    const data: Data = {}
    for (const [slug, value] of Object.entries(command.values)) {
      const mode = this.#mode(command, slug)
      if (mode !== 'remove') put(data, slug, value)
    }
    for (const { name, value } of command.match) {
      const has = listOf(data[name])
      if (!has.includes(value as string)) data[name] = name === 'emails' ? [value as string, ...has] : (value as string)
    }
    return data
  }

  #updated(command: AssertCommand, before: Data): Data {
    const data = { ...before }
    for (const [slug, value] of Object.entries(command.values)) {
      const mode = this.#mode(command, slug)
      if (isMerge(mode)) put(data, slug, merged(mode, listOf(before[slug]), listOf(value)))
      else if (mode === 'fill' ? before[slug] === undefined && value !== null : mode !== 'create_only')
        put(data, slug, value)
    }
    return data
  }

  /** Records that hold a unique value which this one would newly have. */
  #holders(data: Data, before: ModelRecord | undefined): number[] {
    const holders = new Set<number>()
    for (const slug of UNIQUE)
      for (const value of listOf(data[slug]))
        this.records.forEach((r, place) => {
          if (r !== before && r.into === undefined && listOf(r.data[slug]).includes(value)) holders.add(place)
        })
    return [...holders].sort((a, b) => a - b)
  }
}
