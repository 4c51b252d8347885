import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildSite } from '../src/site/build.ts'
import { buildConsole } from '../src/site/console.ts'

/** `npm run build`: makes of the sources what the package has of them: dist/ by tsc, and the pages and the console of public/. */

// What is no longer in the sources must not be in the package.
rmSync('dist', { recursive: true, force: true })
buildSite()
await buildConsole()
execFileSync(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
