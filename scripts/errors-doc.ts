import { generated } from './generated.ts'
import { describedContracts } from './lib/described.ts'
import { errorsHtml, errorsMarkdown } from './lib/errors-pages.ts'
import { errorsTable } from './lib/errors-table.ts'

/**
 * `npm run errors` writes docs/errors.md, and the page that the `type` of a problem leads to, from the error table and
 * the contracts' renderers. `--check` only compares.
 */

const table = errorsTable(await describedContracts())
generated('docs/errors.md', errorsMarkdown(table), 'npm run errors')
generated('public/docs/errors/index.html', errorsHtml(table), 'npm run errors')
