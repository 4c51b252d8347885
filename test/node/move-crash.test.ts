import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import { Access } from '../../src/auth/access.ts'
import { assertRecords } from '../../src/engine/assert.ts'
import { RefusedError } from '../../src/engine/errors.ts'
import { sqlDirectory } from '../../src/storage/directory.ts'
import { type SqlDriver, UnavailableError } from '../../src/storage/driver.ts'
import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { recordStore } from '../../src/storage/record-store.ts'
import { type MovePhase, movePhases, newMove } from '../../src/tenants/move/state.ts'
import { standing } from '../support/move-world.ts'
import { openWorld } from '../support/storage-world.ts'

const WRITERS = 50
const MIDDLE_MS = 15
/** Of a writer after each write: the move is to be interrupted, not to be long. */
const PAUSE_MS = 100
const phases = movePhases.slice(0, movePhases.indexOf('keep'))

/** Runs the mover until it is in the phase, and kills it there; without one, until it ends. */
const moveUntil = async (folder: string, organizationId: string, phase?: MovePhase): Promise<void> => {
  const args = ['test/support/crash-mover.ts', folder, organizationId, ...(phase ? [phase] : [])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  for await (const _ of createInterface({ input: child.stdout }))
    setTimeout(() => child.kill('SIGKILL'), Math.random() * MIDDLE_MS)
  expect([phase, ...(await ended)]).toEqual(phase ? [phase, null, 'SIGKILL'] : [phase, 0, null])
}

/** What a client does: asks where the tenant is, and repeats what was not acknowledged. */
const writer = async (lane: number, at: () => SqlDriver, secret: string, access: Access, isOver: () => boolean) => {
  const acknowledged: string[] = []
  // What was asked for is asked for until it is there: at the end nothing is in doubt.
  for (let n = 0, isOpen = false; isOpen || !isOver(); ) {
    const code = `${lane}-${n}`
    const command = { object: 'things', match: [{ name: 'code', value: code }], values: { code, note: `of ${code}` } }
    isOpen = true
    try {
      const driver = at()
      const session = await access.open(sqlDirectory(driver), { secrets: [{ kind: 'key', value: secret }] }, undefined)
      await assertRecords(recordStore(driver), session, () => [command], { contract: 'test' })
      acknowledged.push(code)
      n++
      isOpen = false
      await wait(PAUSE_MS)
    } catch (error) {
      const isMoving = error instanceof RefusedError && error.message === 'organization_moving'
      if (!isMoving && !(error instanceof UnavailableError)) throw error
      await wait(10)
    }
  }
  return acknowledged
}

it(`loses nothing acknowledged and invents nothing, killed in each phase while ${WRITERS} clients write`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
  const files = await Promise.all(['source.db', 'target.db'].map((name) => libsqlFile(`file:${join(folder, name)}`)))
  try {
    const [source, target] = files
    if (!source || !target) throw new Error('There are two databases')
    await migrate(source)
    await migrate(target)
    const world = await openWorld(source, { history: 'values' })
    await world.addObject('things')
    await world.addAttributes('things', { label: 'Code', type: 'text', unique: true }, { label: 'Note', type: 'text' })
    const { secret } = await world.operator.issueCredential({ kind: 'key', name: 'writers', scopes: ['crm:write'] })
    writeFileSync(join(folder, 'state.json'), JSON.stringify(newMove('target')))

    const isAtTarget = () => existsSync(join(folder, 'place.json'))
    const access = new Access()
    let over = false
    const lanes = Array.from({ length: WRITERS }, (_, lane) =>
      writer(
        lane,
        () => (isAtTarget() ? target : source),
        secret,
        access,
        () => over,
      ),
    )
    for (const phase of phases) await moveUntil(folder, world.organizationId, phase)
    await moveUntil(folder, world.organizationId)
    await wait(100)
    over = true
    const acknowledged = (await Promise.all(lanes)).flat()

    expect(JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'))).toMatchObject({
      phase: 'keep',
      missed: 0,
      differences: 0,
    })
    expect(await standing(source, world.organizationId)).toMatchObject({ status: 'moved' })
    const { results } = await target.batch([
      {
        sql: `SELECT data ->> '$.code[0]' AS code, data ->> '$.note[0]' AS note FROM records WHERE organization_id = ?1`,
        params: [world.organizationId],
      },
      {
        // Without gaps; those of no record tell that the schema was made.
        sql: `SELECT sum(record_id <> '') AS changes, max(sequence) - count(*) AS gaps FROM changes WHERE organization_id = ?1`,
        params: [world.organizationId],
      },
    ])
    const found = new Map(results[0]?.rows.map(({ code, note }) => [code, note]))
    expect(found).toEqual(new Map(acknowledged.map((code) => [code, `of ${code}`])))
    expect(results[1]?.rows).toEqual([{ changes: acknowledged.length, gaps: 0 }])
    for await (const finding of verifyOrganization(asOperator(target, world.organizationId), { repair: false }))
      expect(finding).toBeUndefined()
    expect(acknowledged.length).toBeGreaterThan(WRITERS)
    console.log(`${phases.length} kills, ${acknowledged.length} acknowledged records, all at the target`)
  } finally {
    for (const file of files) await file.close()
    rmSync(folder, { recursive: true })
  }
}, 300_000)
