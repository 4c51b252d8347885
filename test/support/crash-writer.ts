import { newId } from '../../src/engine/ids.ts'
import { type CrashStore, crashStores } from './crash-store.ts'
import { openWorld, verdict } from './storage-world.ts'

/**
 * Writes for as long as it lives, several requests at a time so that they are committed together, and says which e-mail
 * addresses have been acknowledged, and which have been refused. To be killed.
 */
const LANES = 8

const [store = 'libSQL file', folder = '', round = ''] = process.argv.slice(2)
const { driver } = await crashStores[store as CrashStore](folder)
const world = await openWorld(driver)
const session = await world.session()
const taken = `taken-${round}@crash.example`
const person = (email: string) => ({
  object: 'people',
  match: [{ name: 'emails', value: email }],
  values: { emails: [email, `second-${email}`], tracking_id: email },
})
await world.run([person(taken)], {}, session)
console.log(JSON.stringify({ organizationId: world.organizationId }))

/** All or nothing, and the last one is in the way of another record: nothing of it may ever be there. */
const refuse = async (emails: readonly string[]) => {
  const commands = emails.map(person)
  const conflict = { object: 'people', match: [{ name: 'id', value: newId() }], values: { emails: [taken] } }
  const { outcomes } = await world.run([...commands, conflict], { allOrNothing: true }, session)
  if (outcomes.some((outcome) => verdict(outcome) === 'created')) throw new Error('What must be refused was written')
  console.log(JSON.stringify({ refused: emails }))
}

const write = async (emails: readonly string[]) => {
  const commands = emails.map(person)
  await world.run(commands, {}, session)
  // Changing the keys of what stands is what a half-written update would break.
  const moved = commands.map((c) => ({ ...c, values: { tracking_id: `moved-${c.values.tracking_id}` } }))
  await world.run(moved, {}, session)
  console.log(JSON.stringify({ acknowledged: emails }))
}

const lane = async (name: number) => {
  for (let n = 0; ; n++) {
    const emails = Array.from({ length: 1 + (n % 40) }, (_, i) => `r${round}-${name}-${n}-${i}@crash.example`)
    await (n % 4 === 3 ? refuse(emails) : write(emails))
  }
}
await Promise.all(Array.from({ length: LANES }, (_, name) => lane(name)))
