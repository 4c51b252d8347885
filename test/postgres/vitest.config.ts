import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { installOwnPackages } from '../../scripts/lib/own-packages.ts'
import { prepareSurroundings } from '../support/surroundings.ts'

/** `npm run test:postgres`: by itself, since it installs packages that nothing else needs. */

prepareSurroundings()
installOwnPackages(import.meta.dirname)

export default defineConfig({
  // As if who imports had installed it beside us.
  resolve: { alias: [{ find: /^pg$/, replacement: join(import.meta.dirname, 'node_modules/pg/esm/index.mjs') }] },
  test: { name: 'postgres', include: ['test/postgres/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})
