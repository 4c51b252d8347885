import { effect, signal } from '@preact/signals'
import type { components } from '../../client/index.ts'
import { ask } from '../calls/question.ts'
import { namingOf, objectNamed } from '../schema/objects.ts'
import { may, who } from '../session/session.ts'

/** Names of what values point at: records that came along with others, and members. */

export type StoredRecord = components['schemas']['StoredRecord']

const records = signal<ReadonlyMap<string, StoredRecord>>(new Map())
const members = signal<ReadonlyMap<string, string>>(new Map())

export const know = (some: readonly StoredRecord[]): void => {
  if (some.length > 0) records.value = new Map([...records.peek(), ...some.map((one) => [one.id, one] as const)])
}

/** The list of members is the administrators'; to others a member is an id. */
effect(() => {
  records.value = new Map()
  members.value = new Map()
  if (!who.value || !may('admin')) return
  ask('get', '/v1/members')
    .send()
    .then(
      (answer) => {
        members.value = new Map(answer.members.map(({ id, name }) => [id, name]))
      },
      () => undefined,
    )
})

const partsOf = (record: StoredRecord): readonly string[] => {
  const object = objectNamed(record.object)
  return (object ? namingOf(object) : []).flatMap(({ slug }) => {
    const value = record.values[slug]
    const first: unknown = Array.isArray(value) ? value[0] : value
    return first === undefined || first === null ? [] : [String(first)]
  })
}

/** What a record is called; one without a name is called by its id. */
export const nameOf = (record: StoredRecord): string => partsOf(record).join(' ') || record.id

export const nameOfRecord = (id: string): string => {
  const record = records.value.get(id)
  return record ? nameOf(record) : id
}

export const nameOfMember = (id: string): string => members.value.get(id) ?? id
