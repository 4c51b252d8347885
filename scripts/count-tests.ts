import { readFileSync } from 'node:fs'

/** The closing line of .ci/run, from vitest's JSON report. Test files that could not be loaded count as failed tests. */

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Report
const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
console.log(`${report.numPassedTests} passed, ${report.numFailedTests + broken.length} failed`)
