import { basename } from 'node:path'
import type { Command } from 'commander'
import type { ImportOptions } from '../../import/options.ts'
import { slugOf } from '../../schema/attribute.ts'
import { cutTo } from '../../schema/characters.ts'
import { definitionLimits } from '../../schema/limits.ts'
import { standardObjects } from '../../schema/standard/index.ts'
import { UsageError } from '../exit-errors.ts'
import { isSameFile, requireNewFile, writeJson } from '../files.ts'
import type { InferredAttribute, InferredColumn } from '../import/infer.ts'
import { nextCommand } from '../next-command.ts'
import { note } from '../output.ts'
import { withCells, withUsageCode } from './reading-options.ts'

/** A file to the schema that it needs: a proposal to be read, changed and applied. Nothing is sent anywhere. */

interface InferOptions extends Omit<ImportOptions, 'object'> {
  readonly object?: string
  readonly to?: string
  readonly force?: boolean
}

/** customers-2025.csv.gz: customers_2025. */
const nameOf = (file: string): string => (file === '-' ? 'rows' : (basename(file).split('.')[0] ?? 'rows'))

const namesOf = (label: string) => {
  const name = cutTo(label, definitionLimits.label)
  return { singularName: name, pluralName: name }
}

/** By the very rules that `schema plan` has: where a name is too short or means something else, with a word more. */
const objectSlugOf = async (label: string): Promise<string> => {
  const { checkObject } = await import('../../admin/objects.ts')
  const isOne = (slug: string): boolean => {
    try {
      checkObject({ slug, ...namesOf(label) })
      return true
    } catch {
      return false
    }
  }
  const slug = slugOf(label)
  return [slug, slug && `${slug}_rows`, slugOf(`rows ${label}`)].find(isOne) ?? 'imported_rows'
}

/** Of an object that every organisation has, only attributes can be added. */
const definitionOf = (slug: string, label: string, proposed: readonly InferredAttribute[]) => {
  const standard = standardObjects().get(slug)
  if (!standard) return { slug, ...namesOf(label), attributes: proposed }
  return { slug, attributes: proposed.filter((one) => !standard.attributes.has(one.slug)) }
}

const tell = ({ name, attribute, cells, bad, examples }: InferredColumn): void => {
  const { type, multiple, unique, options } = attribute
  const more = [multiple && 'several', unique && 'unique', options && `${options.length} options`].filter(Boolean)
  note(`Column "${name}" is ${type}${more.length > 0 ? ` (${more.join(', ')})` : ''}.`)
  if (bad > 0)
    note(
      `  Against it are ${bad} of ${cells} cells: ${examples.map(({ line, why }) => `line ${line}: ${why}`).join('; ')}.`,
    )
  if (cells === 0) note('  No cell of it has a value, so nothing tells.')
}

const infer = async (file: string, { to, force = false, ...options }: InferOptions): Promise<void> => {
  if (to !== undefined) requireNewFile(to, force)
  if (to !== undefined && isSameFile(to, file))
    throw new UsageError(`--to: ${to} is what is read, and would be overwritten: name another file.`)
  const { openSource } = await import('../import/reading/source.ts')
  const { openTable } = await import('../import/reading/open.ts')
  const { inferColumns } = await import('../import/infer.ts')
  const label = options.object ?? nameOf(file)
  const object = await objectSlugOf(label)
  const source = await openSource(file)
  const reading = async () => {
    const asked = { ...options, object }
    return inferColumns(await openTable(source, asked), asked)
  }
  const columns = await reading().finally(() => source.close())
  for (const column of columns) tell(column)
  const attributes = columns.map(({ attribute }) => attribute)
  const document = { objects: [definitionOf(object, label, attributes)] }
  if (to === undefined) return console.log(JSON.stringify(document, null, 2))
  writeJson(to, document)
  const match = attributes.find(({ unique }) => unique)?.slug
  note(`Read it, change what is wrong, then: ${nextCommand({}, 'schema', 'plan', to)}, the same with apply, and`)
  note(
    `${nextCommand({}, 'import', file, '--object', object, '--match', match ?? 'ATTRIBUTE')}${match === undefined ? ' (nothing tells by what its records are known)' : ''}`,
  )
}

export const addInferCommand = (program: Command): void => {
  withUsageCode(withCells(program.command('infer')))
    .argument('<file>', 'CSV, TSV, JSON or NDJSON, gzipped or not; - is what is piped in')
    .description('propose an object for a file, and a type for each of its columns, as a document for "schema apply"')
    .option('--object <name>', 'what it is to be called; default: as the file')
    .option('--to <file>', 'where to write the document; default: stdout')
    .option('--force', 'overwrite the document')
    .action(infer)
}
