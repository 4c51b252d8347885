import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

/** Everything here goes through wrangler, so that what is measured is what would be deployed. */

const run = promisify(execFile)
const wrangler = (...args: string[]) =>
  run('npx', ['wrangler', ...args], { env: { ...process.env, CI: '1', WRANGLER_HIDE_BANNER: 'true' } })

/** Bundles an entry with the settings of a configuration. @returns the path of the bundle */
export const bundle = async (entry: string, config: string, outDir: string): Promise<string> => {
  await wrangler('deploy', entry, '--config', config, '--dry-run', '--outdir', outDir)
  return `${outDir}/${entry.replace(/^.*\//, '').replace(/\.ts$/, '.js')}`
}

export const gzipKilobytes = (path: string): number => gzipSync(readFileSync(path), { level: 9 }).length / 1000

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string } }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Milliseconds of CPU between loading the Worker and its being ready; what the profiler calls idle is not CPU. */
export const startupMilliseconds = async (outDir: string): Promise<number> => {
  const path = `${outDir}/startup.cpuprofile`
  await wrangler('check', 'startup', '--outfile', path)
  const profile = JSON.parse(readFileSync(path, 'utf8')) as Profile
  const idle = new Set(profile.nodes.filter((n) => n.callFrame.functionName === '(idle)').map((n) => n.id))
  let microseconds = 0
  profile.samples.forEach((node, i) => {
    if (!idle.has(node)) microseconds += profile.timeDeltas[i] ?? 0
  })
  return microseconds / 1000
}

/** The workers of bench/workers, each as it would be deployed. @returns their bundles' paths */
export const bundleContenders = async (outDir: string): Promise<Record<'ours' | 'bare' | 'four-calls', string>> => {
  const entry = (name: string) => bundle(`bench/workers/${name}.ts`, 'bench/wrangler.toml', `${outDir}/${name}`)
  const [ours, bare, fourCalls] = await Promise.all([entry('ours'), entry('bare'), entry('four-calls')])
  return { ours, bare, 'four-calls': fourCalls }
}
