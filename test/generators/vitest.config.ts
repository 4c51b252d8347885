import { defineConfig } from 'vitest/config'
import { installOwnPackages } from '../../scripts/lib/own-packages.ts'
import { prepareSurroundings } from '../support/surroundings.ts'

/** `npm run test:generators`: by itself, since it installs packages that nothing else needs. */

prepareSurroundings()
installOwnPackages(import.meta.dirname)

export default defineConfig({
  test: { name: 'generators', include: ['test/generators/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})
