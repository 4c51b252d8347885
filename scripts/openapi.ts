import { readFileSync } from 'node:fs'
import { createApp } from '../src/app.ts'
import { createServices } from '../src/deps.ts'
import { openApiDocument } from '../src/http/openapi.ts'
import { generated } from './generated.ts'
import { recordExamples } from './lib/recorded-examples.ts'
import { type Document, withExamples } from './lib/with-examples.ts'

/** `npm run openapi` writes public/openapi.json from the routes; with `--check` it only compares. */

const noDatabase = () => {
  throw new Error('Describing the routes needs no database')
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
const app = createApp({
  services: createServices(noDatabase),
  clientAddress: () => undefined,
  serverTiming: false,
})
const document = openApiDocument(await app.contractApps(), version) as Document
const text = `${JSON.stringify(withExamples(document, await recordExamples()), null, 2)}\n`

generated('public/openapi.json', text, 'npm run openapi')
