import { nextCommand } from './next-command.ts'
import type { Reach } from './target.ts'

/** Refusals name routes, for programs. Who has asked by a command is told the command. */

interface Named {
  readonly id: string
  /** The directory that has the tenants, where the refusal names it. */
  readonly ruler: string
  /** What is to be sent. */
  readonly place: string | undefined
  readonly abandons: boolean
}

/** By the route. What a refusal does not tell stands as what it is, in angle brackets. */
const commands: Readonly<Record<string, (named: Named) => readonly string[]>> = {
  'GET /v1/tenants/{id}': ({ id }) => ['get', id],
  'POST /v1/tenants/{id}/keys': ({ id }) => ['key', id, '--name', '<name>'],
  'POST /v1/tenants/{id}/place': ({ id, abandons }) => [
    'place',
    id,
    '--at',
    '<json>',
    ...(abandons ? ['--abandon'] : []),
  ],
  'POST /v1/tenants/{id}/delete': ({ id, abandons }) => [
    'delete',
    id,
    '--no-export',
    ...(abandons ? ['--abandon'] : []),
  ],
  'POST /v1/tenants/{id}/move': ({ id, place, abandons }) => [
    'move',
    id,
    ...(place === undefined ? [] : ['--to', place]),
    ...(abandons ? ['--abandon'] : []),
  ],
  'POST /v1/tenants/{id}/move/back': ({ id }) => ['move', id, '--back'],
  'POST /v1/tenant-directory/take-over': ({ ruler }) => ['take-over', '--from', ruler],
}

/** A route, what is sent there, and the command where the sentence names that too. */
const ROUTE =
  /\b(GET|POST) (\/v1\/tenant[^\s:;,.?"]*)(\?abandon=true| with abandon)?(?: \{"place": (\{[^{}]*\})\})?(?:, or "tenant [a-z-]+")?/g
const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/

/**
 * @param path that was asked for
 * @returns the sentence, in which each route of operators is a command about the same deployment, to be pasted
 */
export const asCommands = (reach: Reach, path: string, sentence: string): string => {
  const id = UUID.exec(path)?.[0] ?? UUID.exec(sentence)?.[0] ?? '<id>'
  const ruler = /\btheirs is ([^\s,]+),/.exec(sentence)?.[1] ?? '<identity>'
  return sentence.replaceAll(
    ROUTE,
    (whole, method: string, route: string, abandoning: string | undefined, place: string | undefined) => {
      const words = commands[`${method} ${route}`]?.({ id, ruler, place, abandons: abandoning !== undefined })
      return words ? `"${nextCommand(reach, 'tenant', ...words)}"` : whole
    },
  )
}
