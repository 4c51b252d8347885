import { spawnSync } from 'node:child_process'
import { chromiumPath } from './lib/chromium.ts'

/**
 * `npm run test:console`: the console in Chromium, as its users have it. It also takes the pictures of docs/console.md;
 * PICTURES=off leaves them as they are. Arguments are vitest's: `npm run test:console -- records`.
 */

process.env.CHROMIUM = chromiumPath()
const args = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config',
  'test/console/vitest.config.ts',
  ...process.argv.slice(2),
]
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
process.exitCode = status ?? 1
