import { signal } from '@preact/signals'
import { type Change, ConnectionError } from '../../../client/index.ts'
import { client, refusedKey } from '../../session/session.ts'

/** What is kept in view; the newest stand first. */
const SHOWN = 500

/** The changes of an organisation as they come, by the client's own feed: one request waits at a time. */
export class Feed {
  readonly changes = signal<readonly Change[]>([])
  readonly error = signal<unknown>(undefined)
  readonly #given = new AbortController()

  /** Settles when it is left, or when what it asks for is refused. */
  async follow(object: string | undefined, since: string): Promise<void> {
    const { signal } = this.#given
    const feed = client().changes({ since, follow: true, signal, ...(object !== undefined && { object }) })
    try {
      for await (const changes of feed.pages())
        if (changes.length > 0) this.changes.value = [...changes.toReversed(), ...this.changes.peek()].slice(0, SHOWN)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ConnectionError)) refusedKey(error)
      this.error.value = error
    }
  }

  leave(): void {
    this.#given.abort()
  }
}
