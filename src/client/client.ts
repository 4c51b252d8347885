import { ChangeFeed, type ChangesOptions } from './changes.ts'
import { type Answer, type CallOptions, type LooseOptions, type Method, type PathWith, send } from './operations.ts'
import { Records } from './records.ts'
import type { AnySchema, SchemaTypes } from './schema.ts'
import { type EdgeUpsertOptions, Transport } from './transport.ts'

/**
 * A client of one organisation. Requests that may pass are sent again, with pauses that grow and vary, or as long as
 * Retry-After says; what creates is known again by its Idempotency-Key.
 * @typeParam Schema the organisation's own types, from `edge-upsert types`
 */
export class EdgeUpsert<Schema extends SchemaTypes<Schema> = AnySchema> {
  readonly #transport: Transport

  /** @throws TypeError when the url is none */
  constructor(options: EdgeUpsertOptions) {
    this.#transport = new Transport(options)
  }

  /** The records of an object. */
  records<Name extends keyof Schema & string>(object: Name): Records<Schema[Name]> {
    return new Records(this.#transport, object)
  }

  /** What was changed, oldest first; with `follow` also what will be. */
  changes(options: ChangesOptions = {}): ChangeFeed {
    return new ChangeFeed(this.#transport, options)
  }

  /**
   * Any operation of the OpenAPI document, by its method and path.
   * @returns what it answers; undefined for 204
   * @throws EdgeUpsertError; TypeError when a parameter of the path is missing; what the signal was aborted with
   */
  async call<M extends Method, P extends PathWith<M>>(
    method: M,
    path: P,
    options: CallOptions<M, P>,
  ): Promise<Answer<M, P>> {
    return (await send(this.#transport, method, path, options as LooseOptions)) as Answer<M, P>
  }
}
