import { readFileSync } from 'node:fs'
import * as anduin from '../src/contracts/anduin/fields.ts'
import { wireNames } from '../src/contracts/field-map.ts'
import { addressParts } from '../src/contracts/reevo/address.ts'
import * as reevo from '../src/contracts/reevo/fields.ts'
import * as zeeg from '../src/contracts/zeeg/fields.ts'
import * as zyntro from '../src/contracts/zyntro/fields.ts'
import * as zyntroSchemas from '../src/contracts/zyntro/schemas.ts'
import { standardObjects } from '../src/schema/standard/index.ts'
import { generated } from './generated.ts'

/** `npm run fields` writes who calls which attribute what into docs/contracts/README.md; `--check` only compares. */

const PATH = 'docs/contracts/README.md'

type Names = (slug: string) => readonly string[]

const slugsOf = (field: reevo.Field): readonly (string | undefined)[] => {
  switch (field.kind) {
    case 'attribute':
    case 'team':
      return [field.slug]
    case 'primary':
      return [field.book.slug]
    case 'book':
      return [field.book.slug, field.book.rest, field.book.labels]
    default:
      return []
  }
}

const inReevo =
  (type: reevo.RecordType): Names =>
  (slug) => [
    ...Object.entries(type.fields).flatMap(([name, field]) => (slugsOf(field).includes(slug) ? [name] : [])),
    ...addressParts.filter((part) => part === slug).map((part) => `address.${part}`),
  ]

/** Only what its body really has: what it has no field for, it names by slug in errors alone. */
const inZyntro =
  (nameOf: (slug: string) => string, known: readonly string[]): Names =>
  (slug) =>
    [nameOf(slug)].filter((name) => known.includes(name))

const zyntroContact = Object.keys(zyntroSchemas.contact.shape).map((name) => `contact.${name}`)
const zyntroEntity = Object.keys(zyntroSchemas.entity.shape).flatMap((name) =>
  name === 'socials' ? Object.keys(zyntro.socialFields).map((social) => `entity.socials.${social}`) : `entity.${name}`,
)

const inAnduin: Names = (slug) => {
  const name = wireNames(anduin.contactFields).get(slug)
  return name === undefined ? [] : [name]
}

const objects: Record<string, Record<string, Names>> = {
  people: {
    Zeeg: (slug) => [zeeg.personFieldName(slug)],
    Reevo: inReevo(reevo.contact),
    Anduin: inAnduin,
    Zyntro: inZyntro(zyntro.contactFieldName, [...zyntroContact, 'entity']),
  },
  companies: {
    Zeeg: (slug) => [zeeg.companyFieldName(slug)],
    Reevo: inReevo(reevo.account),
    Zyntro: inZyntro(zyntro.entityFieldName, zyntroEntity),
  },
}

const table = (object: string, names: Record<string, Names>): string => {
  const attributes = [...(standardObjects().get(object)?.attributes.values() ?? [])]
  const rows = attributes.map(({ slug, type, multiple, unique }) => {
    const kind = [type, multiple && 'several', unique && 'unique'].filter(Boolean).join(', ')
    const cells = Object.values(names).map((of) => of(slug).join(', ') || '-')
    return `| ${[`\`${slug}\``, kind, ...cells].join(' | ')} |`
  })
  const head = ['attribute', 'type', ...Object.keys(names)]
  return `### ${object}\n\n| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}\n${rows.join('\n')}\n`
}

const MADE = /(<!-- made by scripts\/fields-doc\.ts -->\n)[\s\S]*(<!-- end -->)/
const tables = Object.entries(objects).map(([object, names]) => table(object, names))
generated(PATH, readFileSync(PATH, 'utf8').replace(MADE, `$1\n${tables.join('\n')}\n$2`), 'npm run fields')
