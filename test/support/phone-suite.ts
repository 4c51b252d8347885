import { beforeAll, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import { type Finding, verifyOrganization } from '../../src/admin/verify.ts'
import type { AssertCommand, WriteMode } from '../../src/engine/command.ts'
import { readFilter } from '../../src/engine/query/filter.ts'
import { planQuery } from '../../src/engine/query/plan.ts'
import { readScopeOf } from '../../src/engine/read.ts'
import type { ObjectSchema } from '../../src/schema/schema.ts'
import { loadPhoneLibrary } from '../../src/schema/schema.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { recordReader } from '../../src/storage/record-reader.ts'
import { openWorld, recordOf, type StorageWorld, verdict } from './storage-world.ts'

/** What is shown and what keys are made of differ: through the program, the reads, and the repair of both. */
export const phoneSuite = (open: () => SqlDriver, countsRows: boolean): void => {
  let world: StorageWorld
  beforeAll(async () => {
    world = await openWorld(open(), { defaultCountry: 'DE' })
    await loadPhoneLibrary()
    await world.addObject('lines')
    await world.addAttributes(
      'lines',
      { label: 'Code', type: 'text', unique: true },
      { label: 'Desk', type: 'phone_number', unique: true },
      { label: 'Others', type: 'phone_number', multiple: true, unique: true },
      { label: 'Free', type: 'phone_number', multiple: true },
      { label: 'Home', type: 'phone_number', indexed: true },
      { label: 'Room', type: 'text' },
      { label: 'Wall', type: 'phone_number' },
    )
    await world.addCombination('lines', 'place', ['room', 'wall'])
  })
  const run = async (command: Partial<AssertCommand>, over = world) => {
    const { outcomes, cost } = await over.run([{ object: 'lines', match: [], values: {}, ...command }])
    return { outcome: outcomes[0], cost }
  }
  const line = async (command: Partial<AssertCommand>) => (await run(command)).outcome
  const by = (name: string, value: unknown) => [{ name, value }]
  const keysOf = async (id: string, over = world) =>
    (await over.rows('record_keys'))
      .filter((row) => row.record_id === id)
      .map((row) => `${row.name} ${row.value}`)
      .sort()
  const verified = async (over: StorageWorld, repair: boolean): Promise<string[]> => {
    const findings: Finding[] = []
    for await (const one of verifyOrganization(asOperator(over.driver, over.organizationId), { repair }))
      findings.push(one)
    return findings.map((f) => `${f.kind} ${f.name} ${f.value}${f.repaired ? ' repaired' : ''}`).sort()
  }

  it('shows the text as written, and finds it in every spelling', async () => {
    const made = recordOf(await line({ match: by('desk', '0171 1234567'), values: { code: 'a' } }))
    expect(made.data.desk).toEqual(['0171 1234567', '+491711234567'])
    for (const desk of [
      '0171 1234567',
      '+49 171 123 45 67',
      '0049171/1234567',
      'tel:+49-171-1234567',
      '(0171) 12345‑67',
    ])
      expect(await line({ match: by('desk', desk) })).toMatchObject({ status: 'unchanged', record: { id: made.id } })
    expect((await line({ match: by('desk', '0171 1234567 x12') }))?.status).toBe('created')
  })

  it('writes nothing for the same text, and no key for another spelling of it', async () => {
    const command = { match: by('desk', '030 123456'), values: { desk: '030 123456' } }
    const { id } = recordOf(await line(command))
    const again = await run(command)
    expect(again.outcome?.status).toBe('unchanged')
    const keys = await keysOf(id)
    const other = await world.run([{ object: 'lines', ...command, values: { desk: '+49 30 123456' } }], { track: true })
    expect(other.outcomes[0]).toMatchObject({ status: 'updated', changed: ['desk'], record: { id } })
    expect(recordOf(other.outcomes[0]).data.desk?.[0]).toBe('+49 30 123456')
    expect(await keysOf(id)).toEqual(keys)
    expect(keys).toEqual(['desk +4930123456'])
    if (countsRows) expect([again.cost.rowsWritten, other.cost.rowsWritten]).toEqual([0, 2])
  })

  it('keeps a number that is its own normal form alone, as an address is', async () => {
    const made = recordOf(
      await line({ match: by('code', 'own'), values: { desk: '+4930123', others: ['+4930456', '110'] } }),
    )
    expect([made.data.desk, made.data.others]).toEqual([['+4930123'], [['+4930456', '110']]])
  })

  it('keeps numbers unique whatever their spelling, and names the number in the way', async () => {
    const { id } = recordOf(
      await line({ match: by('code', 'u1'), values: { others: ['0172 1', '+49 172 2', '01721'] } }),
    )
    expect(await keysOf(id)).toEqual(['code u1', 'others +491721', 'others +491722'])
    const second = await line({ match: by('code', 'u2'), values: { others: ['+491721'] } })
    expect(second).toMatchObject({
      refusal: { conflicts: [{ field: 'others', value: '+491721', recordId: id }] },
    })
    const merged = await line({
      match: by('code', 'own'),
      values: { others: ['0172/2'] },
      writeModes: { others: 'append' },
    })
    expect(verdict(merged)).toBe('unique_conflict')
    expect(verdict(await line({ match: by('others', '0172 1'), values: { others: ['0172 2'] } }))).toBe(
      'match_key_conflict',
    )
  })

  it('puts lists together by number, and shows the spelling that was sent last', async () => {
    const merge = async (mode: WriteMode, ...numbers: string[]) =>
      line({ match: by('code', 'm'), values: { others: numbers }, writeModes: { others: mode } })
    const others = async (...step: Parameters<typeof merge>) => recordOf(await merge(...step)).data.others
    expect(await others('append', '0173 1', '+491732')).toEqual([
      ['0173 1', '+491732'],
      ['+491731', '+491732'],
    ])
    expect((await merge('append', '0173 1'))?.status).toBe('unchanged')
    expect(await others('append', '0173/3', '+49 173 1')).toEqual([
      ['+49 173 1', '+491732', '0173/3'],
      ['+491731', '+491732', '+491733'],
    ])
    expect(await others('prepend', '0173 3')).toEqual([
      ['0173 3', '+49 173 1', '+491732'],
      ['+491733', '+491731', '+491732'],
    ])
    expect(await others('remove', '01731', '(0173) 3')).toEqual([['+491732']])
    const { id } = recordOf(await merge('append', '+49 (0)173 4'))
    expect(await keysOf(id)).toEqual(['code m', 'others +491732', 'others +491734'])
    expect(recordOf(await merge('remove', '01732', '01734')).data).toEqual({ code: ['m'] })
    expect(await keysOf(id)).toEqual(['code m'])
  })

  it('holds a combination by number', async () => {
    const wall = (number: string) => line({ match: [{ name: 'place', value: ['12', number] }] })
    const made = await wall('0174 1')
    expect(recordOf(made).data.wall).toEqual(['0174 1', '+491741'])
    expect(await wall('+49 174 1')).toMatchObject({ status: 'unchanged', record: { id: recordOf(made).id } })
    const conflict = await line({ match: by('code', 'c'), values: { room: '12', wall: '0174-1' } })
    expect(verdict(conflict)).toBe('unique_conflict')
  })

  it('answers queries by number, on the walk and beside it', async () => {
    const { id } = recordOf(await line({ match: by('code', 'q'), values: { home: '0175 1', free: ['0175 2'] } }))
    await line({ match: by('free', '0175 2') })
    const scope = readScopeOf(await world.session())
    const reader = recordReader(world.driver)
    expect(await reader.byKey(scope, 'lines', 'home', '+491751')).toMatchObject([{ id }])
    const home = { attribute: 'home', operator: 'eq', value: '0175-1' }
    const free = { attribute: 'free', operator: 'in', value: ['0175-2', '1'] }
    const part = { attribute: 'home', operator: 'contains', value: '175-1' }
    const limit = { records: 10, bytes: 1_000_000, bytesPerRecord: 1_000 }
    const { organization } = await world.session()
    const object = organization.objects.get('lines') as ObjectSchema
    for (const filter of [{ and: [home, free] }, { and: [free, home] }, { and: [free, part] }]) {
      const plan = planQuery(object, readFilter(organization, object, filter), undefined, { hasFeed: true, path: [] })
      const page = await reader.query(scope, { object: 'lines', plan, archived: 'exclude', limit })
      expect(page.records).toMatchObject([{ id }])
    }
  })

  it('reads what a release without normal forms has written, and gives it its keys on repair', async () => {
    const old = await openWorld(open(), { defaultCountry: 'DE' })
    await old.operator.changeAttribute('people', 'phone_number', { unique: true })
    const put = (phone: string, name: string) =>
      run({ object: 'people', match: by('emails', `${name}@old.example`), values: { phone_number: phone } }, old)
    const { id } = recordOf((await put('+49176001', 'a')).outcome)
    const twin = recordOf((await put('+49176002', 'b')).outcome)
    const other = recordOf((await put('+49176003', 'c')).outcome)
    // What it kept was the text alone, and its key was that text.
    const write = (of: string, text: string) => [
      {
        sql: `UPDATE records SET data = json_set(data, '$.phone_number', json_array(?3)) WHERE organization_id = ?1 AND id = ?2`,
        params: [old.organizationId, of, text],
      },
      {
        sql: `UPDATE record_keys SET value = ?3 WHERE organization_id = ?1 AND record_id = ?2 AND name = 'phone_number'`,
        params: [old.organizationId, of, text],
      },
    ]
    await old.driver.batch([...write(id, '0176 001'), ...write(twin.id, '+49 176 001'), ...write(other.id, '0176 3')])
    const reader = recordReader(old.driver)
    const shown = async (of: string) => {
      const record = await reader.byId(readScopeOf(await old.session()), 'people', of)
      return [record?.data.phone_number?.[0], record?.version]
    }
    expect(await shown(id)).toEqual(['0176 001', 1])
    const outdated = ['"+49 176 001"', '"0176 001"', '"0176 3"'].map((text) => `outdated_form phone_number ${text}`)
    expect(await verified(old, false)).toEqual(outdated)
    const repaired = await verified(old, true)
    // Two records had one number in two spellings: only their owner can part them.
    expect(repaired).toEqual(['duplicate phone_number +49176001', ...outdated.map((one) => `${one} repaired`)])
    expect(await verified(old, false)).toEqual(['duplicate phone_number +49176001'])
    expect(await shown(id)).toEqual(['0176 001', 1])
    const found = await run({ object: 'people', match: by('phone_number', '+491763'), mode: 'update' }, old)
    expect(recordOf(found.outcome).id).toBe(other.id)
    expect(await keysOf(other.id, old)).toEqual(['emails c@old.example', 'phone_number +491763'])
  })

  it('makes keys anew for another default country', async () => {
    const moving = await openWorld(open())
    const number = '020 7946 0000'
    const person = { object: 'people', match: by('phone_number', number), values: { other_phone_numbers: [number] } }
    const { id } = recordOf((await run(person, moving)).outcome)
    await run({ object: 'people', match: by('other_phone_numbers', '1'), mode: 'update' }, moving)
    const keys = (key: string) => [`other_phone_numbers ${key}`, `phone_number ${key}`]
    expect(await keysOf(id, moving)).toEqual(keys('02079460000'))
    await moving.operator.changeOrganization({ defaultCountry: 'GB' })
    expect(await verified(moving, true)).toHaveLength(2)
    expect(await verified(moving, false)).toEqual([])
    expect(await keysOf(id, moving)).toEqual(keys('+442079460000'))
    expect((await run(person, moving)).outcome).toMatchObject({ status: 'unchanged', record: { id } })
    await moving.operator.changeOrganization({ defaultCountry: null })
    await verified(moving, true)
    expect(await keysOf(id, moving)).toEqual(keys('02079460000'))
  })
}
