/** Adds the way to a distant database to every call, where the benchmark asks for it. */
export interface BenchEnv {
  readonly DB: D1Database
  /** Milliseconds that each call of the database takes longer. */
  readonly DELAY_MS?: string
}

export const trip = async (env: BenchEnv): Promise<void> => {
  if (env.DELAY_MS) await scheduler.wait(Number(env.DELAY_MS))
}
