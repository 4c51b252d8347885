import { send } from './operations.ts'
import { anything, flag, type Rules, requireOptions, text } from './options.ts'
import { Pages } from './pages.ts'
import type { Undone, UndoRequest } from './schema.ts'
import { type CallSettings, settingsRules, type Transport } from './transport.ts'

type OneOf<Names extends 'request' | 'importId' | 'key'> = Required<Pick<UndoRequest, Names>> &
  Pick<UndoRequest, 'since'>

/** What is to be undone: of a request (its X-Request-Id), of an import, or of a key since a time (ISO 8601 with its offset). */
export type Undoable = OneOf<'request'> | OneOf<'importId'> | (OneOf<'key'> & Required<Pick<UndoRequest, 'since'>>)

export interface UndoOptions extends CallSettings {
  /** Tell what would be, and write nothing. */
  readonly dryRun?: boolean
  /** What becomes of records that were created. What is erased cannot come back. Default: archive. */
  readonly created?: 'archive' | 'erase'
  /** Names what the undoing itself writes, so that it can be undone. */
  readonly importId?: string
}

const undoRules: Rules<UndoOptions> = {
  ...settingsRules,
  dryRun: flag,
  created: anything,
  importId: text,
}

/** What a page says of the whole. */
export interface UndoneSoFar {
  /** Whether anything that was to be undone has been found, on this page or an earlier one. */
  readonly found: boolean
  /** Of the last page: changes before are missing, and what was to be undone may be among them. */
  readonly cutOff: boolean
}

/** A page is undone when it is asked for: taking no more of them leaves the rest as it is. */
export const undo = (transport: Transport, what: Undoable, options: UndoOptions): Pages<Undone, UndoneSoFar> => {
  requireOptions(options, undoRules)
  const { dryRun, created, importId, ...settings } = options
  return new Pages(async (cursor) => {
    const { records, ...page } = (await send(transport, 'post', '/v1/changes/revert', {
      ...settings,
      query: { ...(dryRun && { dryRun }) },
      headers: { 'import-id': importId },
      body: { ...what, created, cursor },
    })) as UndoneSoFar & { readonly records: readonly Undone[]; readonly nextCursor: string | null }
    const { nextCursor, found, cutOff } = page
    return { items: records, nextCursor, found, cutOff }
  })
}
