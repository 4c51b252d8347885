import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SchemaDocument } from '../../src/admin/schema/document.ts'
import { documentOf, schemaDocument } from '../../src/contracts/kit/schema-document.ts'
import type { AssertCommand } from '../../src/engine/command.ts'
import { RefusedError } from '../../src/engine/errors.ts'
import { isIndexable, type TypeName, typeOf } from '../../src/schema/schema.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { openWorld, type StorageWorld } from '../support/storage-world.ts'

/** What is exported can be applied again at any time: docs/schema.md. */

let file: LibsqlFile
beforeAll(async () => {
  file = await libsqlFile('file::memory:', { threads: false })
  await migrate(file)
})
afterAll(() => file.close())

const run = { dryRun: false, pruning: false }

/** By slug: the type never changes, so that any document can follow any other. */
const types: Readonly<Record<string, { readonly type: TypeName; readonly sample: unknown; readonly more?: object }>> = {
  code: { type: 'text', sample: 'a' },
  place: { type: 'text', sample: 'b' },
  amount: { type: 'number', sample: 1 },
  day: { type: 'date', sample: '2026-01-01' },
  mail: { type: 'email', sample: 'ada@engine.example' },
  links: { type: 'url', sample: 'https://engine.example', more: { multiple: true } },
  price: { type: 'currency', sample: null },
  size: { type: 'select', sample: 'Small' },
  kinds: { type: 'multiselect', sample: 'Small' },
  person: { type: 'relation', sample: null, more: { related: 'people' } },
}

const someOptions = fc
  .subarray(['Small', 'Large', 'Huge'], { minLength: 1 })
  .chain((values) =>
    fc.tuple(...values.map((value) => fc.record({ value: fc.constant(value), archived: fc.boolean() }))),
  )

const flags = (type: TypeName, multiple: boolean) => ({
  label: fc.constantFrom('One', 'Two'),
  required: fc.boolean(),
  archived: fc.boolean(),
  unique: typeOf({ type }).uniqueable ? fc.boolean() : fc.constant(false),
  indexed: isIndexable(typeOf({ type }), multiple) ? fc.boolean() : fc.constant(false),
})

const ownAttribute = (slug: string) => {
  const { type = 'text', more = {} } = types[slug] ?? {}
  const hasOptions = type === 'select' || type === 'multiselect'
  const wanted = fc.record(flags(type, 'multiple' in more || type === 'multiselect'))
  return fc
    .tuple(wanted, hasOptions ? someOptions : fc.constant(undefined))
    .map(([said, options]) => ({ slug, type, ...more, ...said, ...(options && { options }) }))
}

const standardAttribute = ([slug, type, multiple]: readonly [string, TypeName, boolean]) =>
  fc.record({ slug: fc.constant(slug), ...flags(type, multiple) }, { requiredKeys: ['slug'] })

const some = <T, U>(all: readonly T[], each: (one: T) => fc.Arbitrary<U>): fc.Arbitrary<U[]> =>
  fc.subarray([...all]).chain((chosen) => fc.tuple(...chosen.map(each)) as fc.Arbitrary<U[]>)

const things = fc
  .record({
    archived: fc.boolean(),
    attributes: some(Object.keys(types), ownAttribute),
    combinations: some(['pair', 'both'], (name) =>
      fc.record({ name: fc.constant(name), unique: fc.boolean(), archived: fc.boolean() }),
    ),
  })
  .map(({ combinations, ...rest }) => ({
    ...{ slug: 'things', singularName: 'Thing', pluralName: 'Things' },
    ...rest,
    combinations: combinations.map((one) => ({ ...one, attributes: ['code', 'place'] })),
  }))

const standard = (slug: string, ...attributes: readonly (readonly [string, TypeName, boolean])[]) =>
  some(attributes, standardAttribute).map((chosen) => ({ slug, attributes: chosen }))

const someDocument: fc.Arbitrary<SchemaDocument> = fc
  .tuple(
    things,
    standard(
      'people',
      ['emails', 'email', true],
      ['job_title', 'text', false],
      ['phone_number', 'phone_number', false],
    ),
    standard('companies', ['name', 'text', false], ['domains', 'domain', true]),
  )
  .map((objects) => ({ objects }))

const isDone = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error: unknown) => {
      if (error instanceof RefusedError) return false
      throw error
    },
  )

/** Somebody matches by everything that can be matched by, so that each has an index. */
const matchByAll = async ({ operator, run: write }: StorageWorld): Promise<void> => {
  const { objects } = await operator.readOrganization()
  const samples = {
    emails: 'a@b.example',
    job_title: 'Analyst',
    phone_number: '+441632960961',
    name: 'Acme',
    domains: 'a.example',
  }
  for (const object of ['things', 'people', 'companies'])
    for (const { slug, archived } of objects.get(object)?.attributes.values() ?? []) {
      const value = types[slug]?.sample ?? samples[slug as keyof typeof samples]
      if (archived || value === undefined || value === null) continue
      const command: AssertCommand = {
        object,
        match: [{ name: slug, value }],
        mode: 'update',
        values: { [slug]: value },
      }
      await isDone(write([command], { dryRun: true }))
    }
}

/** The object as it is held in memory, but for when it was made. */
const thingsOf = async ({ operator }: StorageWorld) => {
  const { objects, archivedObjects } = await operator.readOrganization()
  const { createdAt: _, updatedAt: __, ...things } = objects.get('things') ?? archivedObjects.get('things') ?? {}
  return { isArchived: archivedObjects.has('things'), ...things }
}

it('an export is the whole of what is there, and a plan of nothing, with pruning too, and after indexes that matching has made', async () => {
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(fc.array(someDocument, { minLength: 1, maxLength: 3 }), async (documents) => {
      const world = await openWorld(file)
      const { operator } = world
      for (const document of documents) if (await isDone(operator.applySchema(document, run))) accepted++
      // As it is sent: what a client has of it.
      const exported = documentOf(schemaDocument.parse(JSON.parse(JSON.stringify(await operator.exportSchema()))))
      const isNothing = async () => {
        for (const pruning of [false, true])
          expect((await operator.applySchema(exported, { dryRun: true, pruning })).steps).toEqual([])
      }
      await isNothing()
      // Another organisation has the same by it: of what was delivered with an index, that stays.
      const copy = await openWorld(file)
      await copy.operator.applySchema(exported, run)
      expect(await thingsOf(copy)).toEqual(await thingsOf(world))
      await matchByAll(world)
      await isNothing()
    }),
    { numRuns: 30, seed: 13 },
  )
  expect(accepted).toBeGreaterThan(30)
}, 60_000)
