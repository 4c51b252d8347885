import fc from 'fast-check'
import { expect } from 'vitest'
import type { AssertCommand, MatchKey, WriteMode } from '../../src/engine/command.ts'
import type { MergeRule } from '../../src/engine/merge/values.ts'
import type { Outcome } from '../../src/engine/outcome.ts'
import { Model, type ModelAnswer } from './model.ts'
import { type StorageWorld, verdict } from './storage-world.ts'

/** Random requests over so few keys that they collide all the time, held against the model. */

const RUNS = 60

const codes = fc.constantFrom('a', 'b', 'c', 'd')
const emails = fc.constantFrom('v@m.example', 'w@m.example', 'x@m.example', 'y@m.example', 'z@m.example')
const labels = fc.constantFrom('red', 'green', 'blue')
const single = fc.constantFrom<WriteMode>('replace', 'replace', 'fill', 'create_only')
const merging = fc.constantFrom<WriteMode>('append', 'prepend', 'remove')

interface Write {
  readonly value: unknown
  readonly mode: WriteMode
}

const writeOne = (value: fc.Arbitrary<string>): fc.Arbitrary<Write> =>
  fc.record({ value: fc.option(value, { freq: 6 }), mode: single })

const writeList = (value: fc.Arbitrary<string>): fc.Arbitrary<Write> =>
  fc.oneof(
    fc.record({ value: fc.uniqueArray(value, { maxLength: 3 }), mode: single }),
    fc.record({ value: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }), mode: merging }),
  )

const match: fc.Arbitrary<readonly MatchKey[]> = fc.oneof(
  codes.map((value) => [{ name: 'code', value }]),
  emails.map((value) => [{ name: 'emails', value }]),
  fc.tuple(codes, emails).map(([code, email]) => [
    { name: 'code', value: code },
    { name: 'emails', value: email },
  ]),
)

export const command: fc.Arbitrary<AssertCommand> = fc
  .record({
    match,
    mode: fc.constantFrom('upsert' as const, 'upsert' as const, 'insert' as const, 'update' as const),
    writes: fc.record(
      { code: writeOne(codes), emails: writeList(emails), labels: writeList(labels), note: writeOne(labels) },
      { requiredKeys: [] },
    ),
  })
  .map(({ writes, ...rest }) => ({
    object: 'things',
    ...rest,
    values: Object.fromEntries(Object.entries(writes).map(([slug, write]) => [slug, write?.value])),
    writeModes: Object.fromEntries(Object.entries(writes).map(([slug, write]) => [slug, write?.mode ?? 'replace'])),
  }))

interface Request {
  readonly commands: readonly AssertCommand[]
  readonly allOrNothing: boolean
  readonly dryRun: boolean
  /** Instead of the commands: two of the records that are there, as far as there are two. */
  readonly merge: { readonly stays: number; readonly goes: number; readonly rule: MergeRule } | undefined
}

const rarely = fc.integer({ min: 0, max: 4 }).map((n) => n === 0)
const request: fc.Arbitrary<Request> = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 6 }),
  allOrNothing: rarely,
  dryRun: rarely,
  merge: fc.option(
    fc.record({ stays: fc.nat(9), goes: fc.nat(9), rule: fc.constantFrom<MergeRule>('keep', 'take', 'append') }),
    { nil: undefined, freq: 2 },
  ),
})

const isRefused = ({ place }: ModelAnswer) => place === undefined

/** What the model says to a request, and the model after it. */
const answerOf = (model: Model, { commands, allOrNothing, dryRun }: Request) => {
  const after = new Model(model.records)
  const answers = commands.map((c) => after.assert(c))
  const refused = allOrNothing && answers.some(isRefused)
  const told = refused ? answers.map((a): ModelAnswer => (isRefused(a) ? a : { verdict: 'not_attempted' })) : answers
  return { answers: told, after: refused || dryRun ? model : after }
}

/** Model places and record ids must stay one to one. */
const compare = (answer: ModelAnswer, outcome: Outcome | undefined, ids: Map<number, string>, written: boolean) => {
  expect(verdict(outcome)).toBe(answer.verdict)
  if (outcome && 'record' in outcome && answer.place !== undefined) {
    if (written) ids.set(answer.place, ids.get(answer.place) ?? outcome.record.id)
    if (ids.has(answer.place)) expect(outcome.record.id).toBe(ids.get(answer.place))
  }
  if (outcome?.status !== 'refused' || !answer.inTheWay?.every((place) => ids.has(place))) return
  const holders = new Set(outcome.refusal.conflicts?.map((c) => c.recordId))
  expect([...holders].sort()).toEqual(answer.inTheWay.map((place) => ids.get(place)).sort())
}

const dataOf = (row: Record<string, unknown>) => {
  const wrapped = JSON.parse(row.data as string) as Record<string, [unknown]>
  return Object.fromEntries(Object.entries(wrapped).map(([slug, [value]]) => [slug, value]))
}

/** The key rows that the stored data calls for. */
const keysOf = (records: readonly Record<string, unknown>[]) =>
  records.flatMap((row) => {
    const { code, emails: addresses = [] } = dataOf(row) as { code?: string; emails?: string[] }
    const keys = [...(code === undefined ? [] : [['code', code]]), ...addresses.map((a) => ['emails', a])]
    return keys.map(([name, value]) => [name, value, row.id].join(' '))
  })

const clear = (world: StorageWorld) =>
  world.driver.batch(
    ['records', 'record_keys', 'record_aliases'].map((table) => ({
      sql: `DELETE FROM ${table} WHERE organization_id = ?1`,
      params: [world.organizationId],
    })),
  )

/** @returns the model after it */
const merged = async (
  world: StorageWorld,
  model: Model,
  ids: ReadonlyMap<number, string>,
  { stays, goes, rule }: NonNullable<Request['merge']>,
  dryRun: boolean,
): Promise<Model> => {
  const { places } = model
  const [survivor, loser] = [places[stays % places.length], places[goes % places.length]]
  if (survivor === undefined || loser === undefined || survivor === loser) return model
  const [id, mergedId] = [ids.get(survivor) ?? '', ids.get(loser) ?? '']
  const answer = await world.merge(id, { name: 'id', value: mergedId }, rule, { dryRun })
  const after = new Model(model.records)
  after.merge(survivor, loser, rule)
  const { data, version } = after.records[survivor] ?? {}
  expect([answer.status, answer.survivor.id, answer.survivor.version]).toEqual(['merged', id, version])
  const told = Object.entries(answer.survivor.data).map(([slug, [value]]) => [slug, value])
  expect(Object.fromEntries(told)).toEqual(data)
  return dryRun ? model : after
}

const check = async (world: StorageWorld, requests: readonly Request[]) => {
  await clear(world)
  let model = new Model()
  const ids = new Map<number, string>()
  for (const request of requests) {
    if (request.merge) {
      model = await merged(world, model, ids, request.merge, request.dryRun)
      continue
    }
    const { answers, after } = answerOf(model, request)
    const { outcomes } = await world.run(request.commands, request)
    expect(outcomes.map(verdict)).toEqual(answers.map((a) => a.verdict))
    answers.forEach((answer, i) => {
      compare(answer, outcomes[i], ids, after !== model)
    })
    model = after
  }
  const records = await world.rows('records')
  const there = model.places.map((place) => ({
    data: model.records[place]?.data,
    version: model.records[place]?.version,
  }))
  expect(records.map((r) => ({ data: dataOf(r), version: r.version }))).toEqual(there)
  expect(records.map((r) => r.id)).toEqual(model.places.map((place) => ids.get(place)))
  const keys = (await world.rows('record_keys')).map((k) => [k.name, k.value, k.record_id].join(' '))
  expect(keys.sort()).toEqual(keysOf(records).sort())
  const aliases = (await world.rows('record_aliases')).filter(({ name }) => name !== 'id')
  const leading = model.leading.flatMap((key) => model.ledTo(key).map((place) => `${key} ${ids.get(place)}`))
  expect([...new Set(aliases.map((a) => [a.name, a.value, a.record_id].join(' ')))].sort()).toEqual(leading.sort())
}

/** Any sequence of requests leaves the store as it leaves the model, and answers what the model answers. */
export const agreesWithModel = (world: StorageWorld): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), (requests) => check(world, requests)),
    { numRuns: RUNS },
  )

export const modelAttributes = [
  { label: 'Code', type: 'text', unique: true },
  { label: 'Emails', type: 'email', unique: true, multiple: true },
  { label: 'Labels', type: 'text', multiple: true },
  { label: 'Note', type: 'text' },
] as const
