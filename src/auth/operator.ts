import { refuse } from '../engine/errors.ts'
import { hashSecret } from '../secrets/hash.ts'
import { isAllowlistEntry, isListed } from './allowlist.ts'
import { bearerKey } from './bearer.ts'

/** An operator's secret opens every tenant, so a short one is not taken. */
const SHORTEST = 32
/** Characters of a secret's hash that tell it from the others. */
const NAME_LENGTH = 12

/** Who operates the deployment, and from where. */
export interface OperatorSettings {
  /** Any of them lets in: two are valid while one takes the place of the other. */
  readonly secrets: readonly string[]
  /** Addresses and CIDR ranges; empty: from anywhere. */
  readonly allowlist: readonly string[]
  /** Stands in the log for whoever shows one of them; absent: the beginning of the hash of the secret. */
  readonly name?: string
}

const wordsOf = (text = ''): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '')

/**
 * OPERATOR_SECRET and OPERATOR_ALLOWLIST: words, separated by spaces.
 * @returns undefined where there is no secret: then nobody operates over HTTP
 * @throws Error naming the variable that cannot be used
 */
export const operatorSettings = (env: {
  readonly OPERATOR_SECRET?: string | undefined
  readonly OPERATOR_ALLOWLIST?: string | undefined
}): OperatorSettings | undefined => {
  const secrets = (env.OPERATOR_SECRET ?? '').split(/\s+/).filter((secret) => secret !== '')
  const allowlist = wordsOf(env.OPERATOR_ALLOWLIST)
  if (secrets.some((secret) => secret.includes(',')))
    throw new Error('OPERATOR_SECRET must hold no comma; several secrets are separated by spaces')
  if (secrets.some((secret) => secret.length < SHORTEST))
    throw new Error(`OPERATOR_SECRET must have at least ${SHORTEST} characters; several are separated by spaces`)
  const wrong = allowlist.find((entry) => !isAllowlistEntry(entry))
  if (wrong !== undefined) throw new Error(`OPERATOR_ALLOWLIST must hold addresses and CIDR ranges, not "${wrong}"`)
  return secrets.length > 0 ? { secrets, allowlist } : undefined
}

/** Whether a request is the operator's. Where they come from certain addresses only, one whose address is not known is not. */
export const isOperator = async (headers: Headers, settings: OperatorSettings | undefined): Promise<boolean> => {
  if (!settings) return false
  return requireOperator(headers, settings, undefined).then(
    () => true,
    () => false,
  )
}

/**
 * Lets the operator of the deployment in: who knows one of the secrets, sent as a bearer token. Hashes are compared, so the
 * time that it takes says nothing of them.
 * @returns who that is, for the log
 * @throws RefusedError missing_credentials, invalid_credentials, address_not_allowed
 */
export const requireOperator = async (
  headers: Headers,
  { secrets, allowlist, name }: OperatorSettings,
  address: string | undefined,
): Promise<string> => {
  const [sent] = bearerKey(headers).secrets
  const [shown, ...expected] = await Promise.all([sent.value, ...secrets].map(hashSecret))
  if (shown === undefined || !expected.includes(shown)) throw refuse('invalid_credentials')
  if (allowlist.length > 0 && !isListed(allowlist, address)) throw refuse('address_not_allowed')
  return name ?? shown.slice(0, NAME_LENGTH)
}
