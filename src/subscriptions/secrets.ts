import { RefusedError } from '../engine/errors.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import type { SealedSigningSecret, Subscription } from './definition.ts'
import { newSigningSecret } from './signing.ts'

/** The secrets that a subscription signs with: told once, and kept encrypted. */

const ownerOf = (organizationId: string, id: string): string => `${organizationId}/subscription/${id}`

/** @throws RefusedError hooks_key_missing */
export const issueSecret = async (box: SecretBox, organizationId: string, id: string) => {
  const secret = newSigningSecret()
  const sealed: SealedSigningSecret = { sealed: await box.seal(secret, ownerOf(organizationId, id)), until: null }
  return { secret, sealed }
}

/** @returns those that are valid now; none where the deployment has not the key to them */
export const openSecrets = async (
  box: SecretBox,
  organizationId: string,
  { id, secrets }: Pick<Subscription, 'id' | 'secrets'>,
  now: number,
): Promise<readonly string[]> => {
  const valid = secrets.filter(({ until }) => until === null || until > now)
  try {
    return await Promise.all(valid.map(({ sealed }) => box.open(sealed, ownerOf(organizationId, id))))
  } catch (error) {
    if (error instanceof RefusedError) return []
    throw error
  }
}
