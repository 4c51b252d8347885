import type { WriteMode } from '../client/index.ts'
import { ImportError } from './import-error.ts'
import { attributeNear, type Mapping } from './mapping.ts'

/** What becomes of what is stored: `--write tags=append`. Judged before anything is sent, since it would be wrong for every row. */

export type WriteModes = Readonly<Record<string, WriteMode>>

/** Whether it is of lists alone. */
const modes: Readonly<Record<WriteMode, boolean>> = {
  replace: false,
  keep: false,
  fill: false,
  append: true,
  prepend: true,
  remove: true,
}

const isMode = (text: string): text is WriteMode => Object.hasOwn(modes, text)

/** @throws ImportError for what is no attribute of a column, or what cannot be done to it. Undefined: nothing was said */
export const writeModesSaid = (texts: readonly string[], { columns }: Mapping): WriteModes | undefined => {
  const said: Record<string, WriteMode> = {}
  for (const text of texts) {
    const at = text.lastIndexOf('=')
    const [slug, mode] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()]
    if (slug === '' || !isMode(mode))
      throw new ImportError(
        `--write: "${text}" must be an attribute and one of ${Object.keys(modes).join(', ')}, such as tags=append.`,
      )
    const attribute = columns.find((one) => one.attribute.slug === slug)?.attribute
    if (!attribute)
      throw new ImportError(
        `--write: no column is the attribute "${slug}"${attributeNear(
          slug,
          columns.map((one) => one.attribute.slug),
        )}.`,
      )
    if (modes[mode] && !attribute.multiple)
      throw new ImportError(`--write: ${slug} holds one value, and ${mode} is for lists: say replace, keep or fill.`)
    said[slug] = mode
  }
  return texts.length === 0 ? undefined : said
}
