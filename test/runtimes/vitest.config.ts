import { defineConfig } from 'vitest/config'
import { installOwnPackages } from '../../scripts/lib/own-packages.ts'
import { prepareSurroundings } from '../support/surroundings.ts'

/** `npm run test:runtimes`: by itself, since it installs 200 MB that nothing else needs. */

prepareSurroundings()
installOwnPackages(import.meta.dirname)

export default defineConfig({
  test: { name: 'runtimes', include: ['test/runtimes/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})
