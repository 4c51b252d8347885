import { VERSION } from '../src/version.ts'
import { generated } from './generated.ts'
import { describedContracts } from './lib/described.ts'
import { documentOf } from './lib/openapi.ts'

/** `npm run openapi` writes public/openapi.json from the routes; with `--check` it only compares. */

const document = await documentOf(await describedContracts(), VERSION)

generated('public/openapi.json', `${JSON.stringify(document, null, 2)}\n`, 'npm run openapi')
