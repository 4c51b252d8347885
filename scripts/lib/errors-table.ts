import { fieldNames } from '../../src/contracts/kit/fields.ts'
import {
  describe,
  type ErrorCode,
  type ErrorKind,
  errorTable,
  type Problem,
  problem,
  type Refusal,
  RefusedError,
} from '../../src/engine/errors.ts'
import type { Contract, RenderedError } from '../../src/http/contract.ts'
import type { Described } from './described.ts'

/** What there is to tell about errors, asked of the error table and of the contracts' own renderers. */

export interface Entry {
  readonly code: ErrorCode
  readonly sentence: string
  readonly fix: string
  /** One for each contract, in their order. */
  readonly shown: readonly { readonly status: number; readonly codes: readonly string[] }[]
}

export interface ErrorsTable {
  /** Names of the contracts. */
  readonly titles: readonly string[]
  readonly sections: readonly { readonly heading: string; readonly entries: readonly Entry[] }[]
  /** The same refusal in each contract's envelope. */
  readonly envelopes: readonly (RenderedError & { readonly title: string })[]
}

const headings: Record<ErrorKind, string> = {
  request: 'The request as such',
  access: 'Who asks',
  schema: 'What is written to',
  value: 'Values',
  match: 'What the match found',
  server: 'Our side',
}

/** The code with no field, or with a field of no meaning, and with each for which the contract has a code of its own. */
const samplesOf = (code: ErrorCode, { codedFields }: Pick<Contract, 'codedFields'> = {}): Problem[] => {
  const { text, kind } = errorTable[code]
  const aboutAField = /^[a-z]/.test(text)
  const coded = aboutAField ? codedFields?.content : kind === 'access' ? codedFields?.credentials : []
  return [aboutAField ? 'field' : undefined, ...(coded ?? [])].map((field) => problem(code, field, '…'))
}

const rendered = (contract: Contract, refusal: Refusal | Problem, fieldName = (slug: string) => slug) =>
  contract.renderError(new RefusedError(refusal), { requestId: 'b7c1f0d2', fieldName })

/** Every envelope has the code at its top or in `error`. */
const codeIn = (body: object): string => {
  const { code, error } = body as { code?: string; error?: { code: string } }
  return code ?? error?.code ?? ''
}

const shownIn = (contract: Contract, code: ErrorCode) => ({
  status: contract.statusOf(code),
  codes: [...new Set(samplesOf(code, contract).map((sample) => codeIn(rendered(contract, sample).body)))],
})

const entryOf = (contracts: readonly Contract[], code: ErrorCode): Entry => ({
  code,
  sentence: describe(samplesOf(code)[0] as Problem, (field) => `<${field}>`).replace('….', '…'),
  fix: errorTable[code].fix,
  shown: contracts.map((contract) => shownIn(contract, code)),
})

const conflict: Refusal = {
  problems: [problem('unique_conflict', 'emails')],
  conflicts: [{ field: 'emails', value: 'ada@engine.example', recordId: '0197a3b0-5d2c-7c1e-9f1a-2f6f1f0c9a11' }],
  recordId: '0197a3b0-5d2c-7c1e-9f1a-2f6f1f0c9a11',
}

export const errorsTable = (described: readonly Described[]): ErrorsTable => {
  const contracts = described.map(({ contract }) => contract)
  const codes = Object.keys(errorTable) as ErrorCode[]
  return {
    titles: contracts.map(({ title }) => title),
    sections: (Object.keys(headings) as ErrorKind[]).map((kind) => ({
      heading: headings[kind],
      entries: codes.filter((code) => errorTable[code].kind === kind).map((code) => entryOf(contracts, code)),
    })),
    envelopes: contracts.map((contract) => ({
      title: contract.title,
      ...rendered(contract, conflict, fieldNames(contract.fields.people ?? new Map())),
    })),
  }
}
