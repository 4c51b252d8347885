import { readFileSync } from 'node:fs'

/** The closing line of .ci/run, from vitest's JSON reports. Test files that could not be loaded count as failed tests. */

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

const reports = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')) as Report)
const broken = reports
  .flatMap(({ testResults }) => testResults)
  .filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
const passed = sum(reports.map(({ numPassedTests }) => numPassedTests))
const failed = sum(reports.map(({ numFailedTests }) => numFailedTests))
console.log(`${passed} passed, ${failed + broken.length} failed`)
