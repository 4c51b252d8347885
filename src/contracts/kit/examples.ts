import type { ErrorCode, Path } from '../../engine/errors.ts'
import type { JsonObject } from './json.ts'

/**
 * What documents, the demo and tests say through a contract: `examples.ts` in its folder, found there by name. No Worker
 * carries it.
 */
export interface Examples {
  /** What an organisation must have for the requests. The demo has it, and so every organisation that tests send them to. */
  readonly needs?: Needs
  /** How a request is made to show who asks. Default: `Authorization: Bearer`. */
  readonly sign?: (caller: Caller) => Signature
  /** At least one for each operation. None leans on another: what it is about is among the needs, or it makes it. */
  readonly requests: readonly ExampleRequest[]
  /** What clients get wrong, sent after all of the requests: for the refusals in the document. `{nothing}` is the id of nothing. */
  readonly refusals?: readonly ExampleRequest[]
  /** How it writes people; absent where it writes none. */
  readonly voice?: Voice
}

/** Who asks: made by whoever runs the examples. */
export interface Caller {
  readonly organizationId: string
  readonly memberId: string
  readonly key: string
  readonly developerSecret: string
}

export interface Signature {
  readonly headers?: Readonly<Record<string, string>>
  /** Members of the body besides the request's own. */
  readonly body?: JsonObject
}

/** Records, members, keys and tenants by the names that stand for their ids, in braces, in the requests. */
export interface Needs {
  /** Besides the standard ones. */
  readonly objects?: readonly NeededObject[]
  readonly records?: Readonly<Record<string, NeededRecord>>
  readonly members?: Readonly<Record<string, { readonly name: string; readonly email: string }>>
  readonly keys?: Readonly<Record<string, { readonly name: string }>>
  /** Jobs that have indexed an attribute. */
  readonly jobs?: Readonly<Record<string, { readonly object: string; readonly attribute: string }>>
  /** Hooks for people, that anybody may deliver to. */
  readonly hooks?: Readonly<Record<string, { readonly name: string; readonly challenge?: string }>>
  /** What was delivered to one of them and failed. */
  readonly deliveries?: Readonly<Record<string, { readonly hook: string; readonly body: JsonObject }>>
  /** Subscriptions of people, off, whose secrets this deployment does not know. */
  readonly subscriptions?: Readonly<Record<string, { readonly name: string; readonly url: string }>>
  /** Organisations besides the one that asks, for operators to work on. */
  readonly tenants?: Readonly<Record<string, { readonly name: string }>>
}

export interface NeededObject {
  readonly slug: string
  readonly singularName: string
  readonly pluralName: string
  readonly attributes: readonly {
    readonly label: string
    readonly type: 'text'
    readonly unique?: true
    readonly archived?: boolean
  }[]
  readonly archived?: boolean
}

export interface NeededRecord {
  readonly object: string
  /** By slug. */
  readonly values: JsonObject
}

export interface ExampleRequest {
  readonly operationId: string
  readonly method: string
  /** `{organization}` stands for its id, and every other name for the id of what is needed under it. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** As in the path, a text that is a name in braces stands for an id. */
  readonly body?: unknown
  /** Sent twice: the first creates, the second updates. */
  readonly twice?: true
  /** What the demo cannot do where it runs: the example is of the refusal. */
  readonly refused?: true
  /** Sent with the operator's secret. */
  readonly asOperator?: true
  /** The same request about what only another organisation has: it must be refused. */
  readonly foreign?: (theirs: Theirs) => readonly ForeignRequest[]
  /** The same body about another person of the organisation, where it names one by id. */
  readonly about?: (person: string) => JsonObject
  /** Place in the body of an optional text: the suite of refusals puts there what no text may be. */
  readonly text?: Path
}

/** What another organisation has. */
export interface Theirs {
  readonly organizationId: string
  readonly memberId: string
  readonly person: string
  readonly company: string
  readonly email: string
}

export interface ForeignRequest {
  readonly code: ErrorCode
  /** From the accepted body, without what shows who asks. */
  readonly body?: (accepted: JsonObject) => JsonObject
  /** Of the path. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** A person as all voices know it. `tracking_id` and `badge` are unique, and not every contract knows both. */
export interface Person {
  readonly last_name: string
  readonly tracking_id?: string
  readonly badge?: string
}
export type Unique = 'tracking_id' | 'badge'

export interface VoiceRequest {
  readonly method: string
  readonly path: string
  readonly body: JsonObject
}

/** What became of a request; `refused` has the code on the wire. */
export type Answer =
  | { readonly done: 'created' | 'updated'; readonly id: string }
  | { readonly refused: string; readonly field: unknown; readonly value: unknown; readonly holder: unknown }

/** The same wishes in the words of one contract, and its answers in ours: for the suites that run contracts together. */
export interface Voice {
  /** Creates or updates the person who has this address, with the first name `Same`. */
  readonly assert: (caller: Caller, email: string, person: Person) => VoiceRequest
  /** Tries to give an address to someone else: to a new person where the contract can, else to the `other`. */
  readonly take: (caller: Caller, email: string, other: { id: string; tag: string }) => VoiceRequest
  readonly read: (status: number, body: unknown) => Answer
  /** Unique attributes besides the address that it can write, and so can collide on. */
  readonly uniques: readonly Unique[]
  /** Unique attributes that decide who is found, even before the address. */
  readonly findsBy?: readonly Unique[]
  /** How errors call the unique attributes and `emails`. */
  readonly names: Readonly<Record<string, string>>
  readonly conflictCode: string
  /** A person that it creates gets a company. */
  readonly addsCompany?: true
}

/** A refusal because of a value that somebody else holds. */
export const held = (
  refused: string,
  conflict: { readonly field: string; readonly value: string } | undefined,
  holder: string | undefined,
): Answer => ({ refused, field: conflict?.field, value: conflict?.value, holder })
