import type { Change } from '../engine/history.ts'
import { parseAddress } from '../hooks/definition.ts'

/** A subscription that leads to a hook of its own organisation would be told of what it has caused itself, without end. */

/** An ASCII character, which is all that an address has. */
const ENCODED = /%([0-7][0-9a-f])/gi

/** As the last of any servers on its way reads it: each may decode it once. */
const decoded = (path: string): string => {
  const once = path.replace(ENCODED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  return once === path ? path : decoded(once)
}

/** Whether it is a hook of that organisation, by whatever name its server is reached, and below whatever a proxy has put it. */
export const leadsToOwnHook = (url: string, organizationId: string): boolean =>
  decoded(new URL(url).pathname)
    .split('/')
    .some((segment) => parseAddress(segment)?.organizationId === organizationId)

/** Whether a hook has written it. */
export const isOfHook = ({ actor }: Change): boolean => actor.startsWith('hook:')
