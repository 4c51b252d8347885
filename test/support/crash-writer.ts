import { libsqlFile } from '../../src/storage/libsql-file.ts'
import { openWorld } from './storage-world.ts'

/** Writes for as long as it lives, and says which e-mail addresses have been acknowledged. To be killed. */
const [url = '', round = ''] = process.argv.slice(2)
const world = await openWorld(await libsqlFile(url))
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
