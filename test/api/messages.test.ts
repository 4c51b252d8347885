import { z } from '@hono/zod-openapi'
import { describe, expect, it } from 'vitest'
import { problem, describe as sentence } from '../../src/engine/errors.ts'
import { refusedBySchema } from '../../src/http/validation.ts'
import { createWorld } from '../support/world.ts'

describe('what a schema finds wrong', () => {
  const told = (schema: z.ZodType, input: unknown) => {
    const result = schema.safeParse(input)
    const { refusal } = refusedBySchema(result.error?.issues ?? [], input)
    return {
      kinds: result.error?.issues.map((issue) => issue.code),
      sentences: refusal.problems.map((p) => sentence(p)),
    }
  }
  const object = z.strictObject
  const items = z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown())).min(1)])

  it.each<[z.core.$ZodIssueCode, z.ZodType, unknown, string]>([
    ['invalid_type', object({ a: z.string() }), {}, 'a is required.'],
    ['invalid_type', object({ a: z.string() }), { a: null }, 'a must be a string, not null.'],
    ['invalid_type', object({ a: z.number() }), { a: '1' }, 'a must be a number, not string.'],
    ['invalid_type', object({ a: z.int() }), { a: 1.5 }, 'a must be a whole number.'],
    ['invalid_type', object({ a: z.coerce.number() }), { a: 'x' }, 'a must be a number.'],
    ['invalid_type', object({ a: z.array(z.string()) }), { a: {} }, 'a must be an array, not object.'],
    ['invalid_type', object({ a: z.record(z.string(), z.string()) }), { a: [] }, 'a must be an object, not array.'],
    ['invalid_type', object({ a: z.array(z.boolean()) }), { a: [true, 1] }, 'a.1 must be a boolean, not number.'],
    ['invalid_value', object({ a: z.enum(['x', 'y']) }), {}, 'a is required.'],
    ['invalid_value', object({ a: z.enum(['x', 'y']) }), { a: 'z' }, 'a must be one of x, y.'],
    ['invalid_value', object({ a: z.literal(true) }), { a: 'true' }, 'a must be true.'],
    ['invalid_format', object({ a: z.uuid() }), { a: 'z' }, 'a must be a UUID.'],
    ['invalid_format', object({ a: z.email() }), { a: 'z' }, 'a must be an e-mail address.'],
    [
      'invalid_format',
      object({ a: z.iso.datetime() }),
      { a: 'z' },
      'a must be a date and time in UTC such as 2026-01-31T09:30:00Z.',
    ],
    ['invalid_format', object({ a: z.iso.date() }), { a: 'z' }, 'a must be a date such as 2026-01-31.'],
    ['invalid_format', object({ a: z.string().regex(/^x/) }), { a: 'z' }, 'a must be a text of another form.'],
    ['invalid_format', object({ a: z.string().regex(/^x/, 'an x') }), { a: 'z' }, 'a must be an x.'],
    ['invalid_format', object({ a: z.base64() }), { a: '?' }, 'a must be a text of another form.'],
    ['too_small', object({ a: z.string().min(1) }), { a: '' }, 'a must be a text of at least 1 character.'],
    ['too_small', object({ a: z.array(z.string()).min(2) }), { a: [] }, 'a must be a list of at least 2 values.'],
    ['too_small', object({ a: z.number().min(1) }), { a: 0 }, 'a must be at least 1.'],
    ['too_small', object({ a: z.number().positive() }), { a: 0 }, 'a must be more than 0.'],
    ['too_big', object({ a: z.string().max(1) }), { a: 'xy' }, 'a must have at most 1 character.'],
    ['too_big', object({ a: z.array(z.string()).max(0) }), { a: [''] }, 'a must have at most 0 values.'],
    ['too_big', object({ a: z.number().max(1) }), { a: 2 }, 'a must be at most 1.'],
    ['too_big', object({ a: z.number().negative() }), { a: 2 }, 'a must be less than 0.'],
    ['not_multiple_of', object({ a: z.number().multipleOf(5) }), { a: 2 }, 'a must be a multiple of 5.'],
    ['unrecognized_keys', object({}), { b: 2 }, 'b is no field of this request.'],
    [
      'unrecognized_keys',
      object({ place: z.string().optional() }),
      { plaec: 2 },
      'plaec is no field of this request: the nearest is place.',
    ],
    [
      'unrecognized_keys',
      object({ a: z.strictObject({ place: z.string().optional(), erase: z.boolean().optional() }) }),
      { a: { to: 2 } },
      'a.to is no field of this request: there is place, erase.',
    ],
    ['invalid_union', object({ a: items }), { a: 5 }, 'a must be an object or an array, not number.'],
    ['too_small', object({ a: items }), { a: [] }, 'a must be a list of at least 1 value.'],
    ['invalid_union', object({ a: items }), { a: [{}, 3] }, 'a.1 must be an object, not number.'],
    ['invalid_key', z.record(z.string().max(1), z.string()), { long: '' }, 'long must be of the documented shape.'],
    ['custom', object({ a: z.string().refine(() => false) }), { a: '' }, 'a must be of the documented shape.'],
  ])('%s: %#', (kind, schema, input, said) => {
    expect(told(schema, input)).toEqual({ kinds: [kind], sentences: [said] })
  })

  it('comes from a schema of a route in the same words', async () => {
    const world = await createWorld()
    const put = (item: object) => world.send('PUT', '/v1/objects/people/records', { body: { values: {}, ...item } })
    expect((await put({ mode: 'x' })).body.detail).toBe('mode must be one of upsert, insert, update.')
    expect((await put({ match: [] })).body.detail).toBe('match must be a list of at least 1 value.')
    expect((await put({ ifVersion: 0 })).body.detail).toBe('ifVersion must be at least 1.')
    expect((await world.send('GET', '/v1/objects/people/records/x')).body.detail).toBe('id must be a UUID.')
  })
})

it('ends the sentence of a platform once', () => {
  expect(sentence(problem('not_possible', undefined, 'It says so.'))).toMatch(/: It says so\.$/)
  expect(sentence(problem('not_possible', undefined, 'it says so'))).toMatch(/: it says so\.$/)
})
