import { parseMatchValue } from '../../schema/parse.ts'
import { keyText, type Scalar } from '../../schema/schema.ts'
import { type Draft, reject, type Writes } from './draft.ts'
import { combinationNamed } from './keys.ts'
import type { Data, Patch } from './planned.ts'

const holds = (stored: Patch[string] | undefined, key: string): boolean =>
  !!stored && (Array.isArray(stored[0]) ? stored[0] : [stored[0]]).some((v) => keyText(v as Scalar) === key)

/** Whether these writes would take the value away from a record that has it. */
const drops = (writes: Writes, slug: string, key: string, multiple: boolean): boolean => {
  const merge = writes.merges[slug]
  const replacing = [writes.onBoth, writes.updateOnly, writes.createOnly, ...(multiple ? [] : [writes.fills])]
  return (
    replacing.some((patch) => slug in patch && !holds(patch[slug], key)) ||
    (merge?.[0] === 'remove' && holds([merge[1]], key))
  )
}

const keepKey = ({ object, writes, problems }: Draft, slug: string, input: unknown, data: Data): void => {
  const attribute = object.attributes.get(slug)
  const parsed = attribute && parseMatchValue(input, attribute)
  if (!attribute || !parsed?.ok) return
  const key = keyText(parsed.value)
  if (drops(writes, slug, key, attribute.multiple))
    return void reject(problems, 'match_key_conflict', slug, 'one value to match by, another to write')
  if (!(slug in data)) data[slug] = [attribute.multiple ? [parsed.value] : parsed.value]
  else if (!holds(data[slug], key)) data[slug] = [[parsed.value, ...((data[slug]?.[0] ?? []) as readonly Scalar[])]]
}

/**
 * An attribute that is matched by keeps the value that it is matched by: a plan never drops its own key, and a record
 * that it creates holds it. So the keys find the same record before and after the write.
 * @param data what a creation holds; completed with the keys
 */
export const keepKeys = (draft: Draft, data: Data): void => {
  for (const { name, value } of draft.command.match) {
    if (name === 'id') continue
    const combination = combinationNamed(draft.object, name)
    const slugs = combination?.attributes ?? [name]
    const parts = combination ? (value as readonly unknown[]) : [value]
    for (const [i, slug] of slugs.entries()) keepKey(draft, slug, parts[i], data)
  }
}
