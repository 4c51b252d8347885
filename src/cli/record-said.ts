import type { AnySchema, MergedIn, Records } from '../client/index.ts'

/** How a command names a record, and what it says of those that were merged into one. */

/** `emails=ada@engine.example`, or an id. */
export const keySaid = (which: string): readonly [name: string, value: string] => {
  const at = which.indexOf('=')
  return at < 1 ? ['id', which] : [which.slice(0, at), which.slice(at + 1)]
}

/** An id is taken as it is: that of a record that was merged finds its own history. @throws NotFoundError */
export const idOf = async (records: Records<AnySchema[string]>, which: string): Promise<string> => {
  const [name, value] = keySaid(which)
  return name === 'id' ? value : (await records.getBy(name, value)).id
}

export const mergedSaid = ({ id, at, actor, request, importId, keys }: MergedIn): string => {
  const names = Object.entries(keys).map(([name, values]) => ` ${name}=${values.join(',')}`)
  const by = [
    `by ${actor}`,
    ...(request === null ? [] : [`request ${request}`]),
    ...(importId === null ? [] : [importId]),
  ]
  return `Merged into it: ${id}${names.join('')} (${at}, ${by.join(', ')})`
}
