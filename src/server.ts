import { endWith } from './cli/failure.ts'
import { serve } from './serve.ts'
import { buildSite } from './site/build.ts'
import { buildConsole } from './site/console.ts'

/** `npm run serve` and the container, from the sources: these have no pages until they are made. */
const prepare = async () => {
  buildSite()
  await buildConsole()
}

await serve({ prepare }).catch(endWith)
