import { endWith } from './cli/failure.ts'
import { serve } from './serve.ts'
import { buildSite } from './site/build.ts'

/** `npm run serve` and the container, from the sources: these have no pages until they are made. */
await serve({ prepare: buildSite }).catch(endWith)
