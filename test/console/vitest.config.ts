import { defineConfig } from 'vitest/config'
import { buildSite } from '../../src/site/build.ts'
import { buildConsole } from '../../src/site/console.ts'
import { prepareSurroundings } from '../support/surroundings.ts'

/** `npm run test:console`: by itself, since it needs a browser. One server and one browser serve all of its files. */

prepareSurroundings()
buildSite()
await buildConsole()

export default defineConfig({
  test: {
    name: 'console',
    include: ['test/console/**/*.test.ts'],
    globalSetup: ['test/console/setup.ts'],
    fileParallelism: false,
    isolate: false,
    // A slow machine is no fault of the console.
    testTimeout: 90_000,
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 60_000,
  },
})
