import { generated } from './generated.ts'
import { describedContracts } from './lib/described.ts'
import { errorsMarkdown } from './lib/errors-pages.ts'
import { errorsTable } from './lib/errors-table.ts'

/** `npm run errors` writes docs/errors.md from the error table and the contracts' renderers. `--check` only compares. */

generated('docs/errors.md', errorsMarkdown(errorsTable(await describedContracts())), 'npm run errors')
