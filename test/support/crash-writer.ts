import { type CrashStore, crashStores } from './crash-store.ts'
import { openWorld } from './storage-world.ts'

/** Writes for as long as it lives, and says which e-mail addresses have been acknowledged. To be killed. */
const [store = 'libSQL file', folder = '', round = ''] = process.argv.slice(2)
const { driver } = await crashStores[store as CrashStore](folder)
const world = await openWorld(driver)
const session = await world.session()
console.log(JSON.stringify({ organizationId: world.organizationId }))
for (let n = 0; ; n++) {
  const emails = Array.from({ length: 1 + (n % 40) }, (_, i) => `r${round}-${n}-${i}@crash.example`)
  const commands = emails.map((email) => ({
    object: 'people',
    match: [{ name: 'emails', value: email }],
    values: { emails: [email, `second-${email}`], tracking_id: email },
  }))
  await world.run(commands, {}, session)
  // Changing the keys of what stands is what a half-written update would break.
  const moved = commands.map((c) => ({ ...c, values: { tracking_id: `moved-${c.values.tracking_id}` } }))
  await world.run(moved, {}, session)
  console.log(JSON.stringify({ acknowledged: emails }))
}
