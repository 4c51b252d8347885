import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contractsTable, fieldTables } from '../../scripts/lib/contracts-tables.ts'
import { errorsMarkdown } from '../../scripts/lib/errors-pages.ts'
import { errorsTable } from '../../scripts/lib/errors-table.ts'
import { documentOf } from '../../scripts/lib/openapi.ts'
import { contracts } from '../../src/contracts/index.ts'
import { allDescribed, describedFixture } from '../support/contracts.ts'

/**
 * One more contract, in one folder (test/fixtures/contract) and one line (test/support/contracts.ts): everything that is
 * made from the contracts has it. The suites that run contracts have it, too: test/contracts.
 */

const { title, tags, page } = describedFixture.contract

interface Document {
  readonly tags: readonly object[]
  readonly components: { readonly securitySchemes: Record<string, unknown> }
  readonly paths: Record<string, { readonly post?: Operation }>
}
interface Operation {
  readonly tags: readonly string[]
  readonly security: readonly object[]
  readonly 'x-scope': string
  readonly requestBody: { readonly content: { readonly 'application/json': { readonly example: unknown } } }
  readonly responses: Record<string, { readonly content: Record<string, { readonly example: unknown }> }>
}

describe('a contract that is one folder and one line', () => {
  it('is in the OpenAPI document: its group, its security scheme, and recorded examples on every body', async () => {
    const document = (await documentOf(allDescribed, '0.0.0')) as unknown as Document
    expect(document.tags.at(-1)).toEqual(tags[0])
    expect(document.components.securitySchemes).toHaveProperty('lumenKey')
    const operation = document.paths['/lumen/v1/people']?.post
    expect(operation?.tags).toEqual(['Lumen'])
    expect(operation?.security).toEqual([{ lumenKey: [] }])
    expect(operation?.['x-scope']).toBe('crm:write')
    const exampleOf = (status: number) => operation?.responses[status]?.content['application/json']?.example
    expect(operation?.requestBody.content['application/json'].example).toMatchObject({
      person: { fullName: 'Kay Antonelli' },
    })
    expect(exampleOf(201)).toMatchObject({ made: true, fullName: 'Kay Antonelli', otherMail: 'kay@home.example' })
    expect(exampleOf(200)).toMatchObject({ made: false })
    expect(exampleOf(409)).toMatchObject({ code: 'unique_conflict' })
  })

  it('is in the documents: its row, its columns, its codes and its envelope', () => {
    expect(contractsTable(allDescribed)).toMatch(/\| Lumen \| `\/lumen\/v1\/…` \| mail, or ref \| X-Lumen-Key \|/)
    const fields = fieldTables(allDescribed)
    expect(fields).toMatch(/^\| attribute \|.*\| Lumen \|$/m)
    expect(fields).toMatch(/^\| `emails` \|.*\| mail, otherMail \|$/m)
    expect(fields).toMatch(/^\| `last_name` \|.*\| fullName \|$/m)
    const table = errorsTable(allDescribed)
    const markdown = errorsMarkdown(table)
    expect(markdown).toMatch(/`required`.*\| 422 `no-person` \|$/m)
    expect(markdown).toContain(`### ${title}: 409, application/json`)
    expect(readFileSync(page, 'utf8')).toContain(title)
  })
})

describe('contracts are named nowhere but in their folders and on their line', () => {
  const named = (pattern: string) =>
    globSync(pattern)
      .filter((path) => !contracts.some(({ name }) => path.startsWith(`src/contracts/${name}/`)))
      .filter((path) => path !== 'src/contracts/index.ts')
      .flatMap((path) => {
        const text = readFileSync(path, 'utf8')
        return contracts
          .filter(({ name }) => name !== 'v1' && text.toLowerCase().includes(name))
          .map(({ name }) => `${path}: ${name}`)
      })

  it('in the code', () => {
    expect(contracts.length).toBeGreaterThan(1)
    expect(named('src/**/*.ts')).toEqual([])
  })

  it('in what makes the documents, the configuration and the common suites', () => {
    const common = 'test/{support,fixtures,contracts}/**/{contracts,voices,refusals,world,declared,together}*.ts'
    expect([...named('scripts/**/*.ts'), ...named('*.{ts,json,toml}'), ...named(common)]).toEqual([])
  })
})
