import { openedIfAble, type SecretBox } from '../secrets/secret-box.ts'
import { SecretOwner } from '../secrets/secret-owner.ts'
import type { SealedSigningSecret, Subscription } from './definition.ts'
import { newSigningSecret } from './signing.ts'

/** The secrets that a subscription signs with: told once, and kept encrypted. */

/** @throws RefusedError hooks_key_unset */
export const issueSecret = async (box: SecretBox, organizationId: string, id: string) => {
  const secret = newSigningSecret()
  const sealed: SealedSigningSecret = {
    sealed: await box.seal(secret, SecretOwner.subscription(organizationId, id)),
    until: null,
  }
  return { secret, sealed }
}

/** Those that the deployment has the key to, the newest first, each with its secret. */
const opened = async (
  box: SecretBox,
  organizationId: string,
  { id, secrets }: Pick<Subscription, 'id' | 'secrets'>,
) => {
  const owner = SecretOwner.subscription(organizationId, id)
  const all = await Promise.all(
    secrets.map(async (one) => ({ one, secret: await openedIfAble(box, one.sealed, owner) })),
  )
  return all.flatMap(({ one, secret }) => (secret === undefined ? [] : [{ one, secret }]))
}

/** @returns those that are valid now and can be opened; none: nothing can be signed */
export const openSecrets = async (
  box: SecretBox,
  organizationId: string,
  subscription: Pick<Subscription, 'id' | 'secrets'>,
  now: number,
): Promise<readonly string[]> =>
  (await opened(box, organizationId, subscription))
    .filter(({ one: { until } }) => until === null || until > now)
    .map(({ secret }) => secret)

/**
 * A new secret, and what is kept from then on: beside it the newest of the former until `end`, since a header holds two
 * signatures, however often somebody rotates. One that cannot be opened signs nothing, and is not kept.
 * @throws RefusedError hooks_key_unset
 */
export const rotatedSecrets = async (
  box: SecretBox,
  organizationId: string,
  subscription: Pick<Subscription, 'id' | 'secrets'>,
  { now, end }: { readonly now: number; readonly end: number },
) => {
  const { secret, sealed } = await issueSecret(box, organizationId, subscription.id)
  const [former] = await opened(box, organizationId, subscription)
  const until = Math.min(former?.one.until ?? end, end)
  const secrets: readonly SealedSigningSecret[] = [sealed, ...(former && until > now ? [{ ...former.one, until }] : [])]
  return { secret, secrets }
}
