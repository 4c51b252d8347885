import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { DirectoryEntry } from '../../src/auth/directory.ts'
import {
  isEnded,
  isHidden,
  isLeft,
  isQuiet,
  isServed,
  organizationStatuses,
  standings,
  tenantStatuses,
} from '../../src/schema/schema.ts'
import { noCost } from '../../src/storage/meter.ts'
import { followed } from '../../src/tenants/followed.ts'
import type { Places } from '../../src/tenants/places.ts'

/** One table says what each status means. Whoever asks for a meaning asks it, and not by heart for statuses that have it today. */

/** What is done and what is moved is asked for by its own name. */
const BY_HEART =
  /\bstatus\b[^\n]{0,3}(?:===|!==|==|!=) *'(active|suspended)'|'(active|suspended)' *(?:===|!==) *\S*status\b/g

it('asks nowhere by heart whether somebody is served or at home', () => {
  const files = globSync('src/{admin,auth,cli,contracts,http,node,schema,storage,tenants}/**/*.ts')
  expect(files.length).toBeGreaterThan(300)
  const found = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(BY_HEART)].map(([text]) => `${file}: ${text}`),
  )
  expect(found).toEqual([])
})

it('says of every status, and of one that a later release has written, what the table says', () => {
  for (const status of tenantStatuses) {
    const { refusal, isEnded: ended } = standings[status]
    expect([status, isEnded(status), isHidden(status)]).toEqual([status, ended, refusal === 'invalid_credentials'])
  }
  for (const status of organizationStatuses) {
    const { refusal, isQuiet: quiet, isLeft: left } = standings[status]
    expect([status, isServed(status), isQuiet(status), isLeft(status)]).toEqual([status, refusal === null, quiet, left])
  }
  for (const holds of [isEnded, isHidden, isServed, isQuiet, isLeft]) expect(holds('of a later release')).toBe(false)
})

it.each(organizationStatuses)(
  'serves nobody whom the directory has ended, whose organisation is %s',
  async (status) => {
    const entry = { organization: { status }, credentials: [] } as unknown as DirectoryEntry
    const places = { isRemembered: () => false, isEnded: () => true } as unknown as Places
    const directory = followed({ look: async () => entry }, places, 'o', noCost())
    const told = await directory.look({ organizationId: 'o', secretHashes: [] })
    expect(isServed(told?.organization.status ?? 'active')).toBe(false)
  },
)
