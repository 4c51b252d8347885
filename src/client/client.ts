import { ChangeFeed, type ChangesOptions } from './changes.ts'
import { type Answer, type CallArguments, type LooseOptions, type Method, type PathWith, send } from './operations.ts'
import { anything, type Rules, requireOptions } from './options.ts'
import type { Pages } from './pages.ts'
import { Records } from './records.ts'
import type { AnySchema, SchemaTypes, Undone } from './schema.ts'
import { type CallSettings, type EdgeUpsertOptions, settingsRules, Transport } from './transport.ts'
import { type Undoable, type UndoneSoFar, type UndoOptions, undo } from './undo.ts'

type CallOption = 'path' | 'query' | 'headers' | 'body' | keyof CallSettings

const callRules: Rules<Record<CallOption, unknown>> = {
  ...settingsRules,
  path: anything,
  query: anything,
  headers: anything,
  body: anything,
}

/**
 * A client of one organisation. Requests that may pass are sent again, with pauses that grow and vary, or as long as
 * Retry-After says; what creates is known again by its Idempotency-Key.
 * @typeParam Schema the organisation's own types, from `edge-upsert types`
 */
export class EdgeUpsert<Schema extends SchemaTypes<Schema> = AnySchema> {
  readonly #transport: Transport

  /** @throws TypeError when the url is none, or there is no such option */
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
   * Undoes what a request, an import or a key did, those records first that were changed last; a page of them at a time, as they
   * are taken. What somebody else has changed since stays, and is named under `kept`.
   * @throws NotFoundError at the end, when there is no such change; EdgeUpsertError
   */
  undo(what: Undoable, options: UndoOptions = {}): Pages<Undone, UndoneSoFar> {
    return undo(this.#transport, what, options)
  }

  /**
   * Any operation of the OpenAPI document, by its method and path.
   * @returns what it answers; undefined for 204
   * @throws EdgeUpsertError; TypeError when a parameter of the path is missing, or there is no such option; what the signal was aborted with
   */
  async call<M extends Method, P extends PathWith<M>>(
    method: M,
    path: P,
    ...[options]: CallArguments<M, P>
  ): Promise<Answer<M, P>> {
    requireOptions<Partial<Record<CallOption, unknown>>>(options ?? {}, callRules)
    return (await send(this.#transport, method, path, (options ?? {}) as LooseOptions)) as Answer<M, P>
  }
}
