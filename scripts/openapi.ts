import { readFileSync } from 'node:fs'
import { generated } from './generated.ts'
import { describedContracts } from './lib/described.ts'
import { documentOf } from './lib/openapi.ts'

/** `npm run openapi` writes public/openapi.json from the routes; with `--check` it only compares. */

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
const document = await documentOf(await describedContracts(), version)

generated('public/openapi.json', `${JSON.stringify(document, null, 2)}\n`, 'npm run openapi')
