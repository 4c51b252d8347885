import { parseArgs } from 'node:util'
import { operations } from '../support/openapi.ts'
import { type FuzzResult, fuzz } from './fuzz.ts'
import { programOf } from './replay.ts'

/**
 * `npm run fuzz -- --target node|worker --seed 1 --requests 200000 --minutes 10`: requests from our OpenAPI document, valid
 * and broken, at the whole product. Exits with 1 when anything was wrong, after printing a program for each fault.
 */

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'node' },
    seed: { type: 'string', default: '1' },
    requests: { type: 'string', default: '200000' },
    minutes: { type: 'string', default: '60' },
    patience: { type: 'string', default: '5000' },
  },
})
const numberOf = (name: 'seed' | 'requests' | 'minutes' | 'patience') => {
  const number = Number(values[name])
  if (!(number > 0)) throw new Error(`--${name} must be a number over 0`)
  return number
}
if (values.target !== 'node' && values.target !== 'worker') throw new Error('--target is node or worker')
const target = values.target

const report = (result: FuzzResult, seconds: number) => {
  const { sent, scenarios, statuses, carriedOut, faults, slowest, largest } = result
  console.log(
    `${sent} requests and ${scenarios} pieces of administration in ${seconds.toFixed(0)} s at the ${target} server`,
  )
  console.log(
    `Statuses: ${Object.entries(statuses)
      .map(([status, count]) => `${status} x ${count}`)
      .join(', ')}`,
  )
  console.log(
    `Slowest: ${Math.round(slowest.milliseconds)} ms (${slowest.operation}); largest answer: ${largest.bytes} characters (${largest.operation})`,
  )
  const never = operations.filter(({ id }) => !carriedOut.has(id)).map(({ id }) => id)
  if (never.length > 0) console.log(`Never carried out: ${never.join(', ')}`)
  for (const { kind, operation, count, detail, story } of faults) {
    console.log(`\nFAULT ${operation}: ${kind} (${count} times)\n${detail}`)
    if (story.length > 0) console.log(programOf(target, story))
  }
  console.log(faults.length === 0 ? '\nNothing was wrong' : `\n${faults.length} faults; seed ${values.seed}`)
}

const began = performance.now()
const result = await fuzz({
  target,
  seed: numberOf('seed'),
  requests: numberOf('requests'),
  patience: numberOf('patience'),
  time: numberOf('minutes') * 60_000,
  progress: (line) => process.stderr.write(`${line}\n`),
})
report(result, (performance.now() - began) / 1_000)
process.exitCode = result.faults.length === 0 ? 0 : 1
