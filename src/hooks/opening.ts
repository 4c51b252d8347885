import { requireServed, type Session, schemaWeight, weightOf } from '../auth/access.ts'
import { Kept } from '../auth/kept.ts'
import { refuse } from '../engine/errors.ts'
import type { Organization } from '../schema/schema.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import { SecretOwner } from '../secrets/secret-owner.ts'
import { addressOf, type Hook, type HookPlace, type SealedHook } from './definition.ts'
import type { CompiledMapping } from './mapping.ts'

/** What the database says of a hook. */
export interface HookEntry {
  readonly organization: Organization
  readonly hook: SealedHook
}

export interface HookDirectory {
  /** One call. @returns undefined when there is no such organisation or hook */
  find(hookId: string): Promise<HookEntry | undefined>
}

/** A hook that is ready for deliveries. */
export interface OpenHook extends CompiledMapping {
  readonly hook: Hook
  readonly secrets: readonly string[]
}

/** On whose behalf deliveries are written: the hook itself is the author. */
export interface HookSession extends Session, OpenHook {
  refresh(): Promise<HookSession>
}

interface Read extends OpenHook {
  readonly organization: Organization
}

/** Bytes of hooks, and of the schemas that they write to, that an isolate keeps. */
const KEPT_BYTES = 16_777_216

const weigh = ({ hook, organization }: Read): number => 2 * weightOf(hook) + schemaWeight(organization)

/** The same answer to whoever asks for what is off and for what never was: whether there is such a hook is nobody's business. */
export const noSuchHook = () => refuse('not_found', undefined, 'such hook')

/** @throws RefusedError hooks_key_missing */
export const unsealed = async (sealed: SealedHook, organizationId: string, box: SecretBox): Promise<OpenHook> => {
  const { sealedSecrets, ...hook } = sealed
  const owner = SecretOwner.hook(organizationId, hook.id)
  const secrets = await Promise.all(sealedSecrets.map((one) => box.open(one, owner)))
  // Loaded with the first delivery of an isolate: whoever has no hooks does not pay for the language.
  const { compileMapping } = await import('./mapping.ts')
  return { hook, secrets, ...compileMapping(hook) }
}

/**
 * Opens hooks by the address that a sender posts to, and keeps what it has read. As with keys that is safe, because every
 * batch checks the organisation's revision in its own transaction, and whatever changes a hook raises it.
 */
export class HookAccess {
  readonly #kept = new Kept<Read>(KEPT_BYTES, weigh)
  readonly #box: SecretBox

  constructor(box: SecretBox) {
    this.#box = box
  }

  /** @throws RefusedError not_found, organization_suspended, organization_moving, hooks_key_missing */
  async open(directory: HookDirectory, { organizationId, hookId }: HookPlace): Promise<HookSession> {
    const address = addressOf(organizationId, hookId)
    const sessionOf = (read: Read, cached: boolean): HookSession => {
      requireServed(read.organization)
      const { organization, ...open } = read
      const who = { credentials: [], memberId: null, actor: `hook:${hookId}`, expiresAt: null }
      return { ...open, ...who, organization, cached, refresh }
    }
    const refresh = async (): Promise<HookSession> => {
      // Where this fails, what was known stays known: else anybody whose forgery is looked at again while the database is
      // away would have the process forget the hook, and refuse what its sender delivers.
      const entry = await directory.find(hookId)
      this.#kept.delete(address)
      // One that is off is never kept: it must cost the same as one that never was.
      if (!entry || entry.hook.state === 'off') throw noSuchHook()
      const read = await this.#ready(entry)
      this.#kept.set(address, read)
      return sessionOf(read, false)
    }
    const kept = this.#kept.get(address)
    if (!kept) return refresh()
    try {
      return sessionOf(kept, true)
    } catch {
      return refresh()
    }
  }

  async #ready({ organization, hook }: HookEntry): Promise<Read> {
    return { organization, ...(await unsealed(hook, organization.id, this.#box)) }
  }
}
