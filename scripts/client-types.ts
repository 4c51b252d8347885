import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { clientAnswers, clientRepeats, clientTypes, type Document, partOf } from './lib/client-types.ts'

/**
 * `npm run client` writes the types of a client from public/openapi.json, by what it knows an answer, and what may be sent
 * again; with `--check` it only compares.
 */

/** The client speaks our own contract. */
const PREFIX = '/v1/'

const document = partOf(JSON.parse(readFileSync('public/openapi.json', 'utf8')) as Document, PREFIX)
const files = {
  'src/client/openapi.ts': clientTypes(document),
  'src/client/answers.ts': clientAnswers(document),
  'src/client/repeats.ts': clientRepeats(document),
}
for (const [path, text] of Object.entries(files)) {
  if (!process.argv.includes('--check')) writeFileSync(path, text)
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is not what public/openapi.json says. Run: npm run client`)
    process.exitCode = 1
  }
}
