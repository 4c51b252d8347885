import { RECORD_BYTES } from '../../../src/engine/record.ts'

/** What a dear request is, and what most of them are made of. */

export interface Sent {
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks the server as the organisation's administrator, before the case is measured. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<{ readonly id?: string }>

export interface Place {
  readonly organization: string
  readonly developerSecret: string
  readonly member: string
  readonly secret: string
  readonly ask: Ask
}

export interface Case {
  readonly operation: string
  readonly what: string
  /** Sizes to measure; the last one is the limit. */
  readonly sizes: readonly number[]
  readonly prepare?: (place: Place, size: number) => Promise<unknown>
  /** @param made what `prepare` came to */
  readonly request: (place: Place, size: number, made: unknown) => Sent
}

export const people = '/v1/objects/people/records'
export const batch = `${people}/batch`
export const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i))
export const json = (method: string, path: string, body: unknown, headers: Record<string, string> = {}): Sent => ({
  method,
  path,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})
export const address = (i: number) => `p${i}@w.example`
export const person = (i: number) => ({
  match: { emails: address(i) },
  values: { emails: [address(i)], first_name: `P${i}` },
})
export const unknownAttributes = (n: number) => Object.fromEntries(list(n, (i) => [`u${i}`, 1]))

/** A record that is almost as large as one may be. */
const LABELS = 50
const LABEL = Math.floor((0.95 * RECORD_BYTES) / LABELS)
export const large = (i: number) => ({
  match: { emails: address(i) },
  values: { emails: [address(i)], email_labels: list(LABELS, (n) => `${n}`.padEnd(LABEL, 'x')) },
})
export const largeRecords =
  (count: (size: number) => number) =>
  async ({ ask }: Place, size: number) => {
    for (let i = 0; i < count(size); i++) await ask('PUT', people, large(i))
  }
export const manyPeople =
  (count: (size: number) => number, more: (i: number) => object = () => ({})) =>
  async ({ ask }: Place, size: number) => {
    for (let at = 0; at < count(size); at += 1_000)
      await ask(
        'POST',
        batch,
        list(Math.min(1_000, count(size) - at), (i) => {
          const one = person(at + i)
          return { ...one, values: { ...one.values, ...more(at + i) } }
        }),
      )
  }
