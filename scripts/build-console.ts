import { buildConsole } from '../src/site/console.ts'

/** `npm run build:console`: the files of public/console/. wrangler runs it before it serves or deploys. */

await buildConsole()
