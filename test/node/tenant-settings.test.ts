import { expect, it } from 'vitest'
import { organizationChange, organizationSettings } from '../../src/contracts/v1/organization.ts'
import { newTenant } from '../../src/contracts/v1/tenants/schemas.ts'
import { runHere } from '../support/commands.ts'

/** A setting of an organisation is one of tenants, wherever they are created, changed or shown. */

const changes = organizationChange.shape
const settings = Object.keys(changes).filter((field) => field !== 'name')

it('is known to creating and to showing a tenant, as it is to changing one', () => {
  const { id: _, place: __, name: ___, ...ofNew } = newTenant.shape
  const { name: ____, ...ofChange } = changes
  expect(settings).toContain('automaticIndexing')
  expect(ofNew).toEqual(ofChange)
  expect(Object.keys(organizationSettings.shape)).toEqual(settings)
})

it.each(['create', 'change'])('is an option of tenant %s', async (command) => {
  let help = ''
  const write = process.stdout.write
  process.stdout.write = (text) => {
    help += text
    return true
  }
  try {
    await runHere(['tenant', command, '--help'])
  } finally {
    process.stdout.write = write
  }
  for (const setting of settings)
    expect(help).toContain(`--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
})
