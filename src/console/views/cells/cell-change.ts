import { ConflictError } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import type { Attribute } from '../../schema/objects.ts'
import type { StoredRecord } from '../../values/known.ts'

/** One value of one record is changed, if the record is still what was seen. */

export type CellOutcome =
  | { readonly kind: 'written'; readonly record: StoredRecord }
  /** Somebody else was first. */
  | { readonly kind: 'conflict'; readonly theirs: StoredRecord }

export const cellQuestion = (record: StoredRecord, { slug }: Attribute, value: unknown) =>
  ask('put', '/v1/objects/{object}/records', {
    path: { object: record.object },
    body: { match: { id: record.id }, values: { [slug]: value }, mode: 'update', ifVersion: record.version },
  })

export const recordQuestion = (object: string, id: string) =>
  ask('get', '/v1/objects/{object}/records/{id}', { path: { object, id } })

/** @throws EdgeUpsertError for what cannot be written at any version */
export const changeCell = async (record: StoredRecord, attribute: Attribute, value: unknown): Promise<CellOutcome> => {
  try {
    const { record: written } = await cellQuestion(record, attribute, value).send()
    return { kind: 'written', record: written ?? (await recordQuestion(record.object, record.id).send()) }
  } catch (error) {
    if (!(error instanceof ConflictError && error.code === 'version_mismatch')) throw error
    return { kind: 'conflict', theirs: await recordQuestion(record.object, record.id).send() }
  }
}
