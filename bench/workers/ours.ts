import type { Env } from '../../src/env.ts'
import product from '../../src/worker.ts'
import { type BenchEnv, trip } from './trip.ts'

/** The product itself, without the rate limits, which are bindings. Only the way to its database can be made longer. */

/** What the D1 driver uses of a database; `batch` is its one call. */
const distant = (env: BenchEnv): Pick<D1Database, 'prepare' | 'batch'> => ({
  prepare: (sql) => env.DB.prepare(sql),
  async batch<T>(statements: D1PreparedStatement[]) {
    await trip(env)
    return env.DB.batch<T>(statements)
  },
})

export default {
  fetch(request, env, context) {
    const DB = env.DELAY_MS ? (distant(env) as D1Database) : env.DB
    return product.fetch(request, { ...env, DB }, context)
  },
} satisfies ExportedHandler<Env & BenchEnv>
