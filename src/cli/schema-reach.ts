import { administration } from '../admin/administration.ts'
import { type Job, stateOf } from '../admin/jobs.ts'
import type { components } from '../client/openapi.ts'
import { documentOf, type SentDocument } from '../contracts/kit/schema-document.ts'
import { runJob } from '../storage/jobs/run.ts'
import { type ApiOptions, clientOf } from './api.ts'
import { withOrganization } from './open.ts'
import { progress } from './output.ts'
import { DEFAULT_PROFILE, readProfiles } from './profiles.ts'
import type { Reach } from './target.ts'

/** How the schema commands reach an organisation: its database, or a deployment that serves it. */

export interface SchemaReach extends Reach {
  readonly organization?: string
}

/** A job that makes the index of a large object, as far as a command tells of it. */
export interface ToldJob {
  readonly object: string
  readonly name: string
  readonly status: ReturnType<typeof stateOf>
  readonly done: number
  /** The first values that several records share. */
  readonly shared: readonly string[]
}

interface Applying {
  readonly dryRun: boolean
  readonly pruning: boolean
}

export interface SchemaAccess {
  exportSchema(): Promise<unknown>
  applySchema(
    document: SentDocument,
    options: Applying,
  ): Promise<{ readonly steps: readonly { readonly text: string }[]; readonly jobIds: readonly string[] }>
  /** Waits for the end of a job; over a database it is this that drives it. @returns as it is then, or rests */
  followJob(id: string): Promise<ToldJob>
}

const teller = () => {
  let before = 0
  return ({ object, name, done }: Pick<ToldJob, 'object' | 'name' | 'done'>) => {
    progress(`index of ${object}.${name}`, done, done - before)
    before = done
  }
}

const toldOf = (job: Job): ToldJob => ({
  ...job,
  status: stateOf(job),
  shared: (job.duplicates ?? []).map(({ value }) => value),
})

const overDatabase = <T>(
  { organization, api: _, profile: __, ...target }: SchemaReach,
  work: (access: SchemaAccess) => Promise<T>,
): Promise<T> => {
  if (organization === undefined) throw new Error('--organization is missing: say which one of the database is meant.')
  return withOrganization({ ...target, organization }, (authority, driver) => {
    const { exportSchema, applySchema } = administration(authority)
    return work({
      exportSchema,
      applySchema: (document, options) => applySchema(documentOf(document), options),
      followJob: async (id) => toldOf(await runJob(driver, organization.toLowerCase(), id, { onChunk: teller() })),
    })
  })
}

/** Milliseconds between two looks at a job that the deployment drives. */
const LOOK_MS = 500

const overApi = (options: ApiOptions): SchemaAccess => {
  const client = clientOf(options, 'administer it (scope admin)')
  return {
    exportSchema: () => client.call('get', '/v1/schema', {}),
    applySchema: (body, { dryRun, pruning }) =>
      client.call('put', '/v1/schema', {
        query: { ...(dryRun && { dryRun: 'true' as const }), ...(pruning && { prune: 'archive' as const }) },
        // JSON leaves out what is undefined.
        body: body as components['schemas']['SchemaDocument'],
      }),
    async followJob(id) {
      const tell = teller()
      for (;;) {
        const { conflicts, ...job } = await client.call('get', '/v1/jobs/{id}', { path: { id } })
        tell(job)
        if (job.status !== 'running') return { ...job, shared: [...new Set(conflicts.map(({ value }) => value))] }
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      }
    },
  }
}

/** @throws Error when the options contradict each other */
export const withSchema = async <T>(options: SchemaReach, work: (access: SchemaAccess) => Promise<T>): Promise<T> => {
  const { api, profile, ...others } = options
  const other = (['organization', 'database', 'remote', 'config', 'env', 'binding'] as const).find(
    (name) => others[name] !== undefined,
  )
  const said = api === undefined ? profile && '--profile' : '--api'
  // Who has logged in and names no database means what was logged in to.
  if (said === undefined && (other !== undefined || !readProfiles().has(DEFAULT_PROFILE)))
    return overDatabase(options, work)
  if (other !== undefined)
    throw new Error(
      `${said} is about the organisation of the key, --${other} about a database: leave one of them away.`,
    )
  return work(overApi({ ...(api !== undefined && { api }), ...(profile !== undefined && { profile }) }))
}
