import { allContracts } from '../src/app.ts'
import { contact, fieldNames } from '../src/contracts/anduin/fields.ts'
import { personFieldName } from '../src/contracts/zeeg/fields.ts'
import { contactFieldName } from '../src/contracts/zyntro/fields.ts'
import {
  describe,
  type ErrorCode,
  type ErrorKind,
  errorTable,
  type Problem,
  problem,
  type Refusal,
  RefusedError,
} from '../src/engine/errors.ts'
import type { Contract } from '../src/http/contract.ts'

/** What there is to tell about errors, asked of the error table and of the contracts' own renderers. */

export interface Entry {
  readonly code: ErrorCode
  readonly sentence: string
  readonly fix: string
  /** One for each contract, in their order. */
  readonly shown: readonly { readonly status: number; readonly codes: readonly string[] }[]
}

const contracts: readonly Contract[] = await Promise.all(allContracts.map(({ load }) => load()))

const headings: Record<ErrorKind, string> = {
  request: 'The request as such',
  access: 'Who asks',
  schema: 'What is written to',
  value: 'Values',
  match: 'What the match found',
  server: 'Our side',
}

/** Fields for which a contract has a code of its own. */
const MEMBERS = ['field', 'contact', 'contact.customFields.plan']
const SECRETS = [undefined, 'developer_secret']

const samplesOf = (code: ErrorCode): Problem[] => {
  const { text, kind } = errorTable[code]
  const aboutAField = /^[a-z]/.test(text)
  const fields = aboutAField ? MEMBERS : kind === 'access' ? SECRETS : [undefined]
  return fields.map((field) => problem(code, field, '…'))
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
  codes: [...new Set(samplesOf(code).map((sample) => codeIn(rendered(contract, sample).body)))],
})

const entryOf = (code: ErrorCode): Entry => ({
  code,
  sentence: describe(samplesOf(code)[0] as Problem, (field) => `<${field}>`).replace('….', '…'),
  fix: errorTable[code].fix,
  shown: contracts.map((contract) => shownIn(contract, code)),
})

const codes = Object.keys(errorTable) as ErrorCode[]

export const sections = (Object.keys(headings) as ErrorKind[]).map((kind) => ({
  heading: headings[kind],
  entries: codes.filter((code) => errorTable[code].kind === kind).map(entryOf),
}))

export const contractNames = contracts.map(({ name }) =>
  name === 'v1' ? name : name.replace(/^./, (c) => c.toUpperCase()),
)

const conflict: Refusal = {
  problems: [problem('unique_conflict', 'emails')],
  conflicts: [{ field: 'emails', value: 'ada@engine.example', recordId: '0197a3b0-5d2c-7c1e-9f1a-2f6f1f0c9a11' }],
  recordId: '0197a3b0-5d2c-7c1e-9f1a-2f6f1f0c9a11',
}

/** How the contracts call the addresses of a person. */
const names: Record<string, (slug: string) => string> = {
  zeeg: personFieldName,
  reevo: () => 'primary_email',
  anduin: fieldNames(contact),
  zyntro: contactFieldName,
}

/** The same refusal in each contract's envelope. */
export const examples = contracts.map((contract, i) => ({
  name: contractNames[i] ?? '',
  ...rendered(contract, conflict, names[contract.name]),
}))
