import { z } from '@hono/zod-openapi'
import { type Change, eventActions, isOfRecord, type RecordChange, recordActions } from '../../engine/history.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'

/** A change as the feed and the history of a record show it. */

const told = {
  sequence: z.number().int().openapi({ description: 'Counts the changes of the organisation, without gaps.' }),
  at: z.iso.datetime(),
  actor: z.string().openapi({ description: '`key:<id>`, `member:<id>` or `operator`.' }),
  contract: z.string(),
  request: z.string().nullable().openapi({ description: 'Id of the request that wrote it.' }),
  importId: z.string().nullable().openapi({ description: 'Import-Id of that request, if it had one.' }),
}

const value = z.unknown().openapi({ description: 'Null: not set.' })

const values = z
  .record(z.string(), z.strictObject({ before: value, after: value }))
  .nullable()
  .openapi({
    description: 'By attribute. Null where only names were kept, and of a record that has been erased since.',
  })

export const change = z
  .strictObject({
    ...told,
    action: z.enum([...recordActions, ...eventActions]).openapi({
      description:
        'What was done to the record. `merged`: it went, and its keys and its id lead to another record; `separated`: it is there again, with the values that it had. `history_changed`: settings of the history itself; `schema_changed`: an object or its attributes. Both are of no record.',
    }),
    object: z.string().nullable(),
    recordId: z.uuid().nullable(),
    version: z.number().int().nullable().openapi({ description: 'Of the record, after the change.' }),
    changed: z.array(z.string()).openapi({ description: 'Attributes, or settings of the history.' }),
    mergedInto: z.uuid().optional().openapi({
      description: 'Of a record that was `merged`, or is `separated` again: the record that it was merged into.',
    }),
    values,
  })
  .openapi('Change')

const beforeAndAfter = ({ delta }: RecordChange) =>
  delta &&
  Object.fromEntries(
    Object.entries(delta).map(([slug, [before, after]]) => [
      slug,
      { before: before?.[0] ?? null, after: after?.[0] ?? null },
    ]),
  )

const ofNoRecord = { recordId: null, version: null }

export const renderChange = (one: Change): z.infer<typeof change> => {
  const { sequence, at, actor, contract, request, importId, action } = one
  const head = { sequence, at: zuluMilliseconds(at), actor, contract, request, importId, action }
  if (isOfRecord(one)) {
    const { object, recordId, version, changed, mergedInto } = one
    return {
      ...{ ...head, object, recordId, version, changed: [...changed] },
      ...(mergedInto !== undefined && { mergedInto }),
      values: beforeAndAfter(one),
    }
  }
  if (one.action === 'schema_changed')
    return { ...head, ...ofNoRecord, object: one.object, changed: [...one.changed], values: null }
  const settings = Object.entries(one.settings).map(([name, [before, after]]) => [name, { before, after }] as const)
  return {
    ...head,
    ...ofNoRecord,
    object: null,
    changed: settings.map(([name]) => name),
    values: Object.fromEntries(settings),
  }
}
