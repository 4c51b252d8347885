import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { clientTypes, type Document, partOf } from './lib/client-types.ts'

/** `npm run client` writes the types of a client from public/openapi.json; with `--check` it only compares. */

const PATH = 'src/client/openapi.ts'

/** The client speaks our own contract. */
const PREFIX = '/v1/'

const document = JSON.parse(readFileSync('public/openapi.json', 'utf8')) as Document
const text = clientTypes(partOf(document, PREFIX))
if (!process.argv.includes('--check')) writeFileSync(PATH, text)
else if (!existsSync(PATH) || readFileSync(PATH, 'utf8') !== text) {
  console.error(`${PATH} is not what public/openapi.json says. Run: npm run client`)
  process.exitCode = 1
}
