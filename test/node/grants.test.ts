import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import type { ExportCursor, ExportLine, ExportPage } from '../../src/admin/export.ts'
import { newId } from '../../src/engine/ids.ts'
import { hookKeys, newHookKey, secretBox } from '../../src/secrets/secret-box.ts'
import { grantingTables, grantsIn, readGrants, takeGrants } from '../../src/storage/tenant-grants.ts'
import { columnsOf, tenantTables } from '../../src/storage/tenant-tables.ts'
import { noOutbox } from '../../src/subscriptions/sending.ts'
import { exportTenant, type NotRestored, restoreTenant } from '../../src/tenants/data.ts'
import type { ChangedTenant } from '../../src/tenants/directory.ts'
import { createTenant } from '../../src/tenants/lifecycle.ts'
import type { Place } from '../../src/tenants/place.ts'
import { placeTenant } from '../../src/tenants/placing.ts'
import { rewindTenant } from '../../src/tenants/rewind.ts'
import { deleteTenant, suspendTenant } from '../../src/tenants/status.ts'
import { here, type PlacingWorld, placingWorld, there } from '../support/placing-world.ts'

/** Data of an earlier time gives nobody back what was taken from them since. */

let world: PlacingWorld
beforeAll(async () => {
  world = await placingWorld()
}, 60_000)
afterAll(() => world.close())

const box = secretBox(hookKeys(newHookKey()))
const operatorAt = (place: typeof here, id: string) =>
  administration(asOperator(world.fileOf(place), id), box, noOutbox)

/** Of each: brings it there and says what has become of it, and where it is now. */
const ways: Readonly<Record<string, (id: string, since: number) => Promise<readonly [ChangedTenant, typeof here]>>> = {
  'a copy of an earlier time': async (id) => [await placeTenant(world.deployment, id, there), there],
  'an object that goes back': async (id, since) => [await rewindTenant(world.deployment, id, since), here],
}

describe.each(Object.entries(ways))('in %s', (name, go) => {
  const past = async (id: string) => {
    if (name.startsWith('a copy')) await world.copy(id, here, there)
    else await world.keep(id, here)
    return Date.now() - 1
  }

  it('keys that were revoked or rotated, and members that were removed, stay so', async () => {
    const { id } = await createTenant(world.deployment, { name: 'Acme', place: here })
    const operator = operatorAt(here, id)
    const issue = async (key: string, more: object = {}) =>
      (await operator.issueCredential({ kind: 'key', name: key, scopes: ['crm:read'], ...more })).id
    const { value: memberId } = await operator.addMember({ name: 'Ada', email: 'ada@grants.example' })
    const keys = {
      revoked: await issue('revoked'),
      replaced: await issue('replaced'),
      overlapping: await issue('overlapping', { expiresAt: Date.now() + 1e9 }),
      ofMember: await issue('of a member', { memberId }),
      kept: await issue('kept', { expiresAt: Date.now() + 1e9 }),
    }
    const since = await past(id)
    await operator.revokeCredential(keys.revoked)
    await operator.rotateCredential(keys.replaced, { overlap: 0 })
    await operator.rotateCredential(keys.overlapping, { overlap: 3_600_000 })
    await operator.removeMember(memberId)
    await issue('since')
    const [now, place] = await go(id, since)
    const stands = async (key: string) => {
      const row = await world.rowAt(place, 'credentials', key)
      return { revokedAt: row?.revoked_at, expiresAt: row?.expires_at }
    }
    expect((await stands(keys.revoked)).revokedAt).toEqual(expect.any(Number))
    expect((await stands(keys.ofMember)).revokedAt).toEqual(expect.any(Number))
    expect(Number((await stands(keys.replaced)).expiresAt)).toBeLessThanOrEqual(Date.now())
    expect((await stands(keys.replaced)).expiresAt).not.toBeNull()
    expect(Number((await stands(keys.overlapping)).expiresAt)).toBeLessThan(Date.now() + 3_600_001)
    expect(Number((await stands(keys.kept)).expiresAt)).toBeGreaterThan(Date.now() + 1e8)
    expect((await stands(keys.kept)).revokedAt).toBeNull()
    expect((await world.rowAt(place, 'members', memberId))?.removed_at).toEqual(expect.any(Number))
    // What nobody there can know, the operator is told.
    expect(now.notKept).toContain('"overlapping", "replaced", "since"')
    expect(now.status).toBe('active')
  })

  it('keys and members that it did not have any more end, however they went', async () => {
    const { id } = await createTenant(world.deployment, { name: 'Acme', place: here })
    const operator = operatorAt(here, id)
    const issue = async (key: string, more: object = {}) =>
      (await operator.issueCredential({ kind: 'key', name: key, scopes: ['admin'], ...more })).id
    const member = async (called: string) =>
      (await operator.addMember({ name: called, email: `${called}@grants.example` })).value
    const [gone, kept, left, stays] = [
      await issue('gone'),
      await issue('kept'),
      await member('left'),
      await member('stays'),
    ]
    const ofMember = await issue('of who left', { memberId: left })
    const ofKept = await issue('of who stays', { memberId: stays })
    const since = await past(id)
    // As a tenant that was erased and restored meanwhile, or data that others have brought.
    const remove = async (table: string, ids: readonly string[]) =>
      world.fileOf(here).batch(ids.map((one) => ({ sql: `DELETE FROM ${table} WHERE id = ?1`, params: [one] })))
    await remove('credentials', [gone])
    await remove('members', [left])
    const [now, place] = await go(id, since)
    const ended = async (table: string, column: string, one: string) =>
      (await world.rowAt(place, table, one))?.[column] !== null
    expect([
      await ended('credentials', 'revoked_at', gone),
      await ended('credentials', 'revoked_at', ofMember),
      await ended('members', 'removed_at', left),
    ]).toEqual([true, true, true])
    expect([
      await ended('credentials', 'revoked_at', kept),
      await ended('credentials', 'revoked_at', ofKept),
      await ended('members', 'removed_at', stays),
    ]).toEqual([false, false, false])
    expect(now.notKept).toContain('Keys that were not there just before have ended: "gone".')
    expect(now.notKept).toContain('Members who were not there just before are removed: "left".')
  })

  it('secrets of hooks that were replaced are believed no longer, and what was deleted is off', async () => {
    const { id } = await createTenant(world.deployment, { name: 'Acme', place: here, history: 'values' })
    const operator = operatorAt(here, id)
    const hook = async (called: string) =>
      (
        await operator.createHook({
          name: called,
          object: 'people',
          mapping: { match: [{ emails: 'body.email' }], values: { first_name: 'body.name' } },
          verification: { scheme: 'secret', in: 'header', name: 'x-token' },
          secrets: ['the secret of before'],
        })
      ).value.id
    const subscription = async (called: string) =>
      (await operator.createSubscription({ name: called, url: `https://before.example/${called}` })).value.subscription
        .id
    const hooks = {
      replaced: await hook('replaced'),
      deleted: await hook('deleted'),
      off: await hook('off'),
      kept: await hook('kept'),
    }
    const subscriptions = {
      moved: await subscription('moved'),
      deleted: await subscription('deleted'),
      off: await subscription('off'),
      kept: await subscription('kept'),
    }
    const since = await past(id)
    await operator.rotateHookSecret(hooks.replaced, { secret: 'the secret of now', keep: 0 })
    await operator.changeHook(hooks.replaced, {
      allowlist: ['192.0.2.0/24'],
      mapping: { match: [], values: { first_name: 'body.other' } },
    })
    await operator.deleteHook(hooks.deleted)
    await operator.changeHook(hooks.off, { state: 'off' })
    await operator.changeSubscription(subscriptions.moved, { url: 'https://since.example/' })
    await operator.rotateSubscriptionSecret(subscriptions.moved, { overlapHours: 0 })
    const { secrets } = await operator.readSubscription(subscriptions.moved)
    await operator.deleteSubscription(subscriptions.deleted)
    await operator.changeSubscription(subscriptions.off, { state: 'off' })
    const [now, place] = await go(id, since)
    const then = operatorAt(place, id)
    const replaced = await then.openHook(hooks.replaced)
    expect(replaced.secrets).toEqual(['the secret of now'])
    expect(replaced.hook).toMatchObject({ allowlist: ['192.0.2.0/24'], state: 'on' })
    // What it makes of a delivery goes back with the data.
    expect(replaced.hook.mapping.values).toEqual({ first_name: 'body.name' })
    expect((await then.openHook(hooks.kept)).secrets).toEqual(['the secret of before'])
    expect((await then.readHook(hooks.kept)).state).toBe('on')
    expect((await then.readHook(hooks.deleted)).state).toBe('off')
    expect((await then.readHook(hooks.off)).state).toBe('off')
    expect(await then.readSubscription(subscriptions.moved)).toMatchObject({ url: 'https://since.example/', secrets })
    expect((await then.readSubscription(subscriptions.deleted)).state).toBe('off')
    expect((await then.readSubscription(subscriptions.off)).state).toBe('off')
    expect((await then.readSubscription(subscriptions.kept)).state).toBe('on')
    expect(now.notKept).toContain('are off: "deleted"')
    expect((await world.lineOf(id)).claim).toBeNull()
  })
})

describe('in an export that is put back', () => {
  const filled = async () => {
    const { id } = await createTenant(world.deployment, { name: 'Acme', place: here })
    const operator = operatorAt(here, id)
    const member = async (name: string) => (await operator.addMember({ name, email: `${name}@grants.example` })).value
    const hook = async (name: string) =>
      (
        await operator.createHook({
          name,
          object: 'people',
          mapping: { match: [{ emails: 'body.email' }], values: {} },
          verification: { scheme: 'secret', in: 'header', name: 'x-token' },
          secrets: ['the secret of before'],
        })
      ).value.id
    const subscription = async (name: string) =>
      (await operator.createSubscription({ name, url: `https://before.example/${name}` })).value.subscription.id
    const ids = {
      members: { removed: await member('removed'), gone: await member('gone'), stays: await member('stays') },
      hooks: { deleted: await hook('deleted'), kept: await hook('kept') },
      subscriptions: { deleted: await subscription('deleted'), kept: await subscription('kept') },
    }
    const pages: (readonly ExportLine[])[] = []
    let cursor: ExportCursor | undefined = { table: 'organizations' }
    while (cursor) {
      const page: ExportPage = await exportTenant(world.deployment, id, cursor)
      if (page.lines.length > 0) pages.push(page.lines)
      cursor = page.next
    }
    const restore = async (isDry: boolean) => {
      const told: Record<string, NotRestored> = {}
      for (const lines of pages) {
        const options = { lines, isDry, ...(lines[0]?.table === 'organizations' && { place: here }) }
        const otherwise = await restoreTenant(world.deployment, id, options)
        if (otherwise) told[lines[0]?.table ?? ''] = otherwise
      }
      return told
    }
    const state = async (table: 'members' | 'hooks' | 'subscriptions', name: string) => {
      const row = await world.rowAt(here, table, (ids[table] as Record<string, string>)[name] ?? '')
      return table === 'members' ? (row?.removed_at === null ? 'on' : 'off') : row?.state
    }
    return { id, ids, operator, restore, state }
  }
  const off = (what: string, ...names: string[]) => ({
    changedRows: names.length,
    notKept: `${what}: ${names.map((name) => `"${name}"`).join(', ')}.`,
  })
  const hooksOff = 'Hooks that were not on just before are off'
  const subscriptionsOff = 'Subscriptions that were not on just before are off'

  it('what a tenant that is there does not have any more is off, or removed', async () => {
    const { id, ids, operator, restore, state } = await filled()
    await operator.deleteHook(ids.hooks.deleted)
    await operator.deleteSubscription(ids.subscriptions.deleted)
    await operator.removeMember(ids.members.removed)
    const gone = { sql: 'DELETE FROM members WHERE id = ?1', params: [ids.members.gone] }
    await world.fileOf(here).batch([gone])
    await suspendTenant(world.deployment, id)
    // The answer may be lost: the same again is answered the same.
    for (const isDry of [true, false, false])
      expect(await restore(isDry)).toEqual({
        members: off('Members who were not there just before are removed', 'gone', 'removed'),
        hooks: off(hooksOff, 'deleted'),
        subscriptions: off(subscriptionsOff, 'deleted'),
      })
    const found = async (name: string) => [await state('hooks', name), await state('subscriptions', name)]
    expect([await found('deleted'), await found('kept')]).toEqual([
      ['off', 'off'],
      ['on', 'on'],
    ])
    const members = ['removed', 'gone', 'stays'].map((name) => state('members', name))
    expect(await Promise.all(members)).toEqual(['off', 'off', 'on'])
  })

  it('what a tenant had that was erased is off until somebody switches it on; its members are as they were', async () => {
    const { id, restore, state } = await filled()
    const line = await world.lineOf(id)
    await deleteTenant(world.deployment, id, Date.now())
    await world.deployment.objects?.erase(id, here, ['deleted'])
    await world.deployment.directory.remove({ ...line, ...(await world.lineOf(id)) })
    for (const isDry of [true, false, false])
      expect(await restore(isDry)).toEqual({
        hooks: off(hooksOff, 'deleted', 'kept'),
        subscriptions: off(subscriptionsOff, 'deleted', 'kept'),
      })
    expect([await state('hooks', 'kept'), await state('subscriptions', 'kept')]).toEqual(['off', 'off'])
    expect(await state('members', 'removed')).toBe('on')
  })
})

it('ends no member for whom the release before has left a claim without them', () => {
  const before = { members: [], credentials: [] }
  const sql = takeGrants('o', before).map((statement) => statement.sql)
  expect(sql.filter((one) => /SET removed_at = CAST|NOT IN .*revoked_at IS NULL/.test(one))).toEqual([])
})

it('stays within what a statement may be given, however many keys have ended', async () => {
  const { id } = await createTenant(world.deployment, { name: 'Many', place: here })
  const rows = Array.from({ length: 15_000 }, (_, n) => [newId(), `hash ${id} ${n}`, n])
  const insert = `INSERT INTO credentials (id, secret_hash, organization_id, kind, name, scopes, created_at, revoked_at)
SELECT value ->> 0, value ->> 1, ?1, 'key', ?3 || (value ->> 2), '[]', 1, 2 FROM json_each(?2)`
  await world.fileOf(here).batch([{ sql: insert, params: [id, JSON.stringify(rows), 'n'.repeat(90)] }])
  const { results } = await world.fileOf(here).batch(readGrants(id, 0))
  const parameters = takeGrants(id, grantsIn(results)).flatMap(({ params }) =>
    params.map((value) => String(value).length),
  )
  expect(Math.max(...parameters)).toBeGreaterThan(10_000)
  expect(Math.max(...parameters)).toBeLessThan(1_000_000)
  const again = 'UPDATE credentials SET revoked_at = NULL WHERE organization_id = ?1'
  await world.fileOf(here).batch([{ sql: again, params: [id] }])
  await world.fileOf(here).batch(takeGrants(id, grantsIn(results)))
  const sql = 'SELECT name FROM credentials WHERE organization_id = ?1 AND revoked_at IS NULL'
  const current = await world.fileOf(here).batch([{ sql, params: [id] }])
  expect(current.results[0]?.rows.map(({ name }) => name)).toEqual(['First administrator'])
})

/** Columns by which a table may let somebody in or out. */
const SUSPECT =
  /secret|hash|token|scope|allow|password|revoked|expires|removed|url|definition|verif|grant|permission|role/
/** What looks like it and is none. */
const harmless: Readonly<Record<string, readonly string[]>> = { deliveries: ['expires_at'] }

it('is decided of every table that holds something by which somebody is let in', () => {
  const granting = tenantTables.filter(({ grants }) => grants).map(({ name }) => name)
  expect([...granting].sort()).toEqual([...grantingTables].sort())
  for (const table of tenantTables.filter(({ grants }) => !grants)) {
    const suspect = columnsOf(table).filter((column) => SUSPECT.test(column))
    expect(suspect, `${table.name}: tenant-grants.ts has to say how what was taken of it stays taken`).toEqual(
      harmless[table.name] ?? [],
    )
  }
})

it('stays taken too where the database of before is of an earlier release', async () => {
  const own: Place = { shape: 'database', binding: 'OWN' }
  const { id } = await createTenant(world.deployment, { name: 'Old', place: own })
  const operator = administration(asOperator(world.fileOf(own), id))
  const { id: keyId } = await operator.issueCredential({ kind: 'key', name: 'revoked', scopes: ['crm:read'] })
  await world.copy(id, own, there)
  await operator.revokeCredential(keyId)
  const before = [
    'DROP TABLE subscriptions',
    'DROP TABLE dead_letters',
    'ALTER TABLE organizations DROP COLUMN subscribed',
    "DELETE FROM d1_migrations WHERE name = '0017_subscriptions.sql'",
  ]
  for (const sql of before) await world.fileOf(own).batch([{ sql, params: [] }])
  expect((await placeTenant(world.deployment, id, there)).notReached).toBeUndefined()
  expect((await world.rowAt(there, 'credentials', keyId))?.revoked_at).toEqual(expect.any(Number))
})
