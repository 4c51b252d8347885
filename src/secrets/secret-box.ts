import { problem, RefusedError, refuse } from '../engine/errors.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { hashSecret } from './hash.ts'
import type { SecretOwner } from './secret-owner.ts'

/** Bytes of a key, and of what makes each encryption another one. */
const KEY_BYTES = 32
const IV_BYTES = 12
/** Characters of a key's hash that tell it from the others. */
const NAME_LENGTH = 8
/** Seconds until a sender may try again; an operator has something to do meanwhile. */
const RETRY_AFTER = 60

const encoder = new TextEncoder()
/** Is decrypted to nothing: there is no secret without its seal. */
const EMPTY = new Uint8Array()

/**
 * Encrypts what must be known again, to check a signature or to make one: what is stored is of no use without the key of the
 * deployment.
 */
export interface SecretBox {
  /**
   * @param owner opened for anything else, it is not opened at all
   * @throws RefusedError hooks_key_unset
   */
  seal(secret: string, owner: SecretOwner): Promise<string>
  /** @throws RefusedError hooks_key_missing when none of the keys is the one that it was sealed with */
  open(sealed: string, owner: SecretOwner): Promise<string>
}

interface NamedKey {
  readonly name: string
  readonly key: CryptoKey
}

const missing = (detail: string) => new RefusedError(problem('hooks_key_missing', undefined, detail), RETRY_AFTER)

/** @throws Error naming the variable that cannot be used */
const keyBytes = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = fromBase64(text)
  if (bytes?.length !== KEY_BYTES)
    throw new Error('HOOKS_KEY must be 32 bytes in base64 (openssl rand -base64 32); several are separated by spaces')
  return bytes
}

const importKey = async (text: string): Promise<NamedKey> => ({
  name: (await hashSecret(text)).slice(0, NAME_LENGTH),
  key: await crypto.subtle.importKey('raw', keyBytes(text), 'AES-GCM', false, ['encrypt', 'decrypt']),
})

/** A new key of a deployment. */
export const newHookKey = (): string => toBase64(crypto.getRandomValues(new Uint8Array(KEY_BYTES)))

/**
 * HOOKS_KEY: 32 random bytes in base64. Several, separated by spaces: the first encrypts, all decrypt, so that one can take
 * the place of another.
 * @throws Error naming the variable that cannot be used
 */
export const hookKeys = (text: string | undefined): readonly string[] => {
  const keys = (text ?? '').split(/\s+/).filter((key) => key !== '')
  for (const key of keys) keyBytes(key)
  return keys
}

/** @param keys as `hookKeys` reads them; none: nothing can be sealed or opened */
export const secretBox = (keys: readonly string[]): SecretBox => {
  let imported: Promise<readonly NamedKey[]> | undefined
  const known = () => {
    imported ??= Promise.all(keys.map(importKey))
    return imported
  }
  return {
    async seal(secret, owner) {
      const [first] = await known()
      // No request of an administrator can wait until somebody has set it.
      if (!first) throw refuse('hooks_key_unset', undefined, 'it has no key for them')
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const algorithm = { name: 'AES-GCM', iv, additionalData: encoder.encode(owner.toString()) }
      const bytes = new Uint8Array(await crypto.subtle.encrypt(algorithm, first.key, encoder.encode(secret)))
      return [first.name, toBase64(iv), toBase64(bytes)].join(' ')
    },
    async open(sealed, owner) {
      const [name, iv = '', bytes = ''] = sealed.split(' ')
      const all = await known()
      if (all.length === 0) throw missing('it has no key for them')
      const found = all.find((one) => one.name === name)
      if (!found) throw missing('it has another key than these were kept with')
      const algorithm = {
        name: 'AES-GCM',
        iv: fromBase64(iv) ?? EMPTY,
        additionalData: encoder.encode(owner.toString()),
      }
      try {
        return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, found.key, fromBase64(bytes) ?? EMPTY))
      } catch {
        throw missing('they were kept for another owner, or are damaged')
      }
    },
  }
}

/** Undefined where the deployment has not the key that it was kept with: who goes on without it says so. */
export const openedIfAble = async (box: SecretBox, sealed: string, owner: SecretOwner): Promise<string | undefined> => {
  try {
    return await box.open(sealed, owner)
  } catch (error) {
    if (error instanceof RefusedError) return undefined
    throw error
  }
}
