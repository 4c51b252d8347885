import { administration } from '../../src/admin/administration.ts'
import type { NewAttribute } from '../../src/admin/attributes.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { Access, type Session } from '../../src/auth/access.ts'
import { type AssertOptions, assertRecords } from '../../src/engine/assert.ts'
import type { AssertCommand, MatchKey } from '../../src/engine/command.ts'
import { mergeRecords } from '../../src/engine/merge/index.ts'
import type { MergeRule } from '../../src/engine/merge/values.ts'
import type { Outcome } from '../../src/engine/outcome.ts'
import type { HistoryMode } from '../../src/schema/schema.ts'
import { sqlDirectory } from '../../src/storage/directory.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { mergeReader } from '../../src/storage/merge-reader.ts'
import { metered, noCost } from '../../src/storage/meter.ts'
import { recordStore } from '../../src/storage/record-store.ts'

/** A private organisation and the engine over any driver: no HTTP, no platform. */

const TABLES = [
  'organizations',
  'objects',
  'attributes',
  'records',
  'record_keys',
  'record_aliases',
  'changes',
  'replays',
]

export const openWorld = async (
  driver: SqlDriver,
  settings: { history?: HistoryMode; defaultCountry?: string } = {},
) => {
  const { value: organizationId } = await createOrganization(driver, { name: 'Storage', ...settings })
  const operator = administration(asOperator(driver, organizationId))
  const { id: keyId, secret } = await operator.issueCredential({
    kind: 'key',
    name: 'storage',
    scopes: ['crm:write'],
  })
  const access = new Access()
  const session = (over: SqlDriver = driver): Promise<Session> =>
    access.open(sqlDirectory(over), { secrets: [{ kind: 'key', value: secret }] }, undefined)

  const table = (name: string) => ({
    sql: `SELECT * FROM ${name} WHERE ${name === 'organizations' ? 'id' : 'organization_id'} = ?1 ORDER BY 1, 2, 3, 4, 5`,
    params: [organizationId],
  })

  return {
    driver,
    organizationId,
    keyId,
    operator,
    session,
    /** One request, and what it cost. */
    async run(commands: readonly AssertCommand[], options: Partial<AssertOptions> = {}, as?: Session) {
      const cost = noCost()
      const over = metered(driver, cost)
      const { outcomes } = await assertRecords(recordStore(over), as ?? (await session()), () => commands, {
        contract: 'test',
        ...options,
      })
      return { outcomes, cost }
    },
    /** Merges one thing into another. */
    async merge(
      id: string,
      loser: MatchKey,
      rule: MergeRule = 'append',
      { object = 'things', ...options }: Partial<AssertOptions> & { readonly object?: string } = {},
    ) {
      return mergeRecords(
        { store: recordStore(driver), merging: mergeReader(driver) },
        await session(),
        { object, id, loser: () => loser, rules: { default: rule, attributes: {} } },
        { contract: 'test', ...options },
      )
    },
    member: async () => ({
      id: (await operator.addMember({ name: 'Member', email: `${crypto.randomUUID()}@suite.example` })).value,
    }),
    addObject: (slug: string) => operator.createObject({ slug, singularName: slug, pluralName: slug }),
    async addAttributes(object: string, ...attributes: readonly NewAttribute[]) {
      for (const attribute of attributes) await operator.addAttribute(object, attribute)
    },
    async addCombination(object: string, name: string, attributes: readonly string[]) {
      await operator.addCombination(object, { name, attributes, unique: true })
    },
    async rows(name: string): Promise<readonly Record<string, unknown>[]> {
      return (await driver.batch([table(name)])).results[0]?.rows ?? []
    },
    /** All tables of the organisation and the scratch: equal before and after means that nothing was written. */
    async tables(): Promise<string> {
      const { results } = await driver.batch([
        ...TABLES.map(table),
        { sql: 'SELECT * FROM refusals', params: [] },
        { sql: 'SELECT * FROM undo_log', params: [] },
      ])
      return JSON.stringify(results.map((r) => r.rows))
    },
  }
}

export type StorageWorld = Awaited<ReturnType<typeof openWorld>>

/** The first code of a refusal, else the status. */
export const verdict = (outcome: Outcome | undefined): string =>
  outcome?.status === 'refused' ? outcome.refusal.problems[0].code : (outcome?.status ?? 'nothing')

export const verdicts = (outcomes: readonly Outcome[]): string[] => outcomes.map(verdict)

export const recordOf = (outcome: Outcome | undefined) => {
  if (!outcome || !('record' in outcome)) throw new Error(`No record: ${JSON.stringify(outcome)}`)
  return outcome.record
}
