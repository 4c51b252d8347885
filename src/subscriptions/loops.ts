import type { Change } from '../engine/history.ts'
import { parseAddress } from '../hooks/definition.ts'

/** A subscription that leads to a hook of its own organisation would be told of what it has caused itself, without end. */

const HOOK_PATH = /^\/hooks\/([^/]+)\/?$/

/** Whether it is a hook of that organisation, by whatever name its server is reached. */
export const leadsToOwnHook = (url: string, organizationId: string): boolean => {
  const [, address] = HOOK_PATH.exec(new URL(url).pathname) ?? []
  return address !== undefined && parseAddress(address)?.organizationId === organizationId
}

/** Whether a hook has written it. */
export const isOfHook = ({ actor }: Change): boolean => actor.startsWith('hook:')
