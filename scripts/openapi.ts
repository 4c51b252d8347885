import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createApp } from '../src/app.ts'
import { createServices } from '../src/deps.ts'
import { openApiDocument } from '../src/http/openapi.ts'
import { recordExamples } from './lib/recorded-examples.ts'
import { type Document, withExamples } from './lib/with-examples.ts'

/** `npm run openapi` writes public/openapi.json from the routes; with `--check` it only compares. */

const PATH = 'public/openapi.json'

const noDatabase = () => {
  throw new Error('Describing the routes needs no database')
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
const app = createApp({
  services: createServices(noDatabase),
  clientAddress: () => undefined,
  serverTiming: false,
})
const document = withExamples(openApiDocument(app, version) as Document, await recordExamples())
const text = `${JSON.stringify(document, null, 2)}\n`

if (!process.argv.includes('--check')) writeFileSync(PATH, text)
else if (!existsSync(PATH) || readFileSync(PATH, 'utf8') !== text) {
  console.error(`${PATH} is not what the routes say. Run: npm run openapi`)
  process.exitCode = 1
}
