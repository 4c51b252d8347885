import { buildSite } from '../src/site/build.ts'

/** `npm run site`: the pages of public/. wrangler runs it before it serves or deploys. */

buildSite()
