import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { administration } from '../src/admin/administration.ts'
import { asOperator } from '../src/admin/authority.ts'
import { createOrganization } from '../src/admin/organizations.ts'
import { Access } from '../src/auth/access.ts'
import { assertRecords } from '../src/engine/assert.ts'
import { RefusedError } from '../src/engine/errors.ts'
import { sqlDirectory } from '../src/storage/directory.ts'
import { type LibsqlFile, libsqlFile } from '../src/storage/drivers/libsql-file.ts'
import { migrate } from '../src/storage/migrations.ts'
import { recordStore } from '../src/storage/record-store.ts'
import { type MoveState, newMove } from '../src/tenants/move/state.ts'
import { step } from '../src/tenants/move/step.ts'

/**
 * `npm run bench:move`: an organisation of 100,000 records (`-- --quick`: 5,000) moves from one libSQL file to another while
 * eight clients write to it. The freeze is told twice: by the mover's clock, and as the longest time that a client was kept
 * from writing.
 */

const RECORDS = process.argv.includes('--quick') ? 5_000 : 100_000
const PER_REQUEST = 1_000
const LANES = 8
const PAUSE_MS = 5

const person = (n: number, edition: number) => ({
  object: 'people',
  match: [{ name: 'emails', value: `person-${n}@move.example` }],
  values: {
    emails: [`person-${n}@move.example`],
    tracking_id: `crm-${n}`,
    first_name: `First ${n % 500}`,
    last_name: `Last ${n}`,
    job_title: `Engineer, edition ${edition}`,
    description: `Met at the conference, stand ${n % 90}; asked for a quotation.`,
  },
})

const seed = async (driver: LibsqlFile, organizationId: string) => {
  const { secret } = await administration(asOperator(driver, organizationId)).issueCredential({
    kind: 'key',
    name: 'bench',
    scopes: ['crm:write'],
  })
  const access = new Access()
  const write = async (at: LibsqlFile, commands: readonly ReturnType<typeof person>[]) => {
    const session = await access.open(sqlDirectory(at), { secrets: [{ kind: 'key', value: secret }] }, undefined)
    await assertRecords(recordStore(at), session, () => commands, { contract: 'bench' })
  }
  for (let n = 0; n < RECORDS; n += PER_REQUEST)
    await write(
      driver,
      Array.from({ length: PER_REQUEST }, (_, i) => person(n + i, 0)),
    )
  return write
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const measure = async (source: LibsqlFile, target: LibsqlFile) => {
  await migrate(source)
  await migrate(target)
  const { value: organizationId } = await createOrganization(source, { name: 'Bench', history: 'values' })
  const write = await seed(source, organizationId)
  let place = source
  let state: MoveState = newMove('target')
  let over = false
  const waits: number[] = []
  let written = 0
  const lane = async (name: number) => {
    for (let n = name; !over; n += LANES) {
      const started = performance.now()
      for (let done = false; !done; ) {
        try {
          await write(place, [person(n % RECORDS, n)])
          done = true
        } catch (error) {
          if (!(error instanceof RefusedError)) throw error
          await pause(1)
        }
      }
      waits.push(performance.now() - started)
      written++
      await pause(PAUSE_MS)
    }
  }
  const lanes = Array.from({ length: LANES }, (_, name) => lane(name))
  const spent = new Map<string, number>()
  const steps: number[] = []
  const context = {
    organizationId,
    source,
    target,
    store: {
      load: async () => state,
      async save(next: MoveState) {
        const now = performance.now()
        spent.set(phase, (spent.get(phase) ?? 0) + now - since)
        since = now
        phase = next.phase
        state = next
      },
      async switchPlace() {
        place = target
      },
    },
  }
  let since = performance.now()
  let phase: string = state.phase
  while (state.phase !== 'keep') {
    const started = performance.now()
    await step(context)
    steps.push(performance.now() - started)
  }
  over = true
  await Promise.all(lanes)
  console.log(
    `${RECORDS.toLocaleString('en')} records, ${state.copied.toLocaleString('en')} rows copied, ${written.toLocaleString('en')} writes meanwhile, ${state.caughtUp.toLocaleString('en')} rows caught up with`,
  )
  for (const [name, milliseconds] of spent) console.log(`${name.padEnd(10)} ${milliseconds.toFixed(0).padStart(8)} ms`)
  console.log(
    `freeze     ${((state.switchedAt ?? 0) - (state.frozenAt ?? 0)).toFixed(0).padStart(8)} ms by the mover; longest write ${Math.max(...waits).toFixed(0)} ms; longest step ${Math.max(...steps).toFixed(0)} ms`,
  )
}

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
const files = await Promise.all(['source.db', 'target.db'].map((name) => libsqlFile(`file:${join(folder, name)}`)))
try {
  const [source, target] = files
  if (source && target) await measure(source, target)
} finally {
  for (const file of files) await file.close()
  rmSync(folder, { recursive: true })
}
