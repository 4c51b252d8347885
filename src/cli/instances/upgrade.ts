import { buildSite } from '../../site/build.ts'
import { buildConsole } from '../../site/console.ts'
import { allChoices, namesIn, readInstance, readRootConfiguration, writeConfiguration, writeState } from './folder.ts'
import { commandLine, databasesOf, type Planned, planned } from './plan.ts'
import { releaseOf } from './release.ts'
import { type Border, type Outcome, upgradeAll, wavesOf } from './waves.ts'

export interface UpgradeOptions {
  readonly folder: string
  readonly all?: boolean
  /** How many at once; default: 1, 2, 4 and so on. */
  readonly wave?: string
  readonly canary?: string
  readonly dryRun?: boolean
}

export interface UpgradeBorder extends Pick<Border, 'run' | 'ready'> {
  print(line: string): void
}

const sizeOf = (wave: string | undefined): number | undefined => {
  if (wave === undefined) return undefined
  if (!/^[1-9]\d{0,5}$/.test(wave)) throw new Error(`--wave: "${wave}" must be a whole number, at least 1.`)
  return Number(wave)
}

/** @throws Error when it is not clear which are meant */
const chosen = (names: readonly string[], { folder, all = false, canary }: UpgradeOptions): readonly string[] => {
  if (all === names.length > 0) throw new Error('Say which instances to upgrade: their names, or --all.')
  const there = namesIn(folder)
  if (there.length === 0)
    throw new Error(`There is no instance in ${folder}: make one with "npm run admin -- instance init".`)
  const unknown = names.find((name) => !there.includes(name))
  if (unknown !== undefined)
    throw new Error(`There is no instance ${unknown} in ${folder}: see "npm run admin -- instance list".`)
  const some = all ? there : [...new Set(names)]
  if (canary !== undefined && !some.includes(canary))
    throw new Error(`--canary: ${canary} is not among the instances to upgrade: ${some.join(', ')}.`)
  return some
}

/** A script that a shell would take: the commands, and the rest as comments. */
const scriptOf = (waves: readonly (readonly Planned[])[]): readonly string[] =>
  waves.flatMap((wave, i) => [
    `# wave ${i + 1}`,
    ...wave.flatMap(({ steps, url }) => [
      ...steps.map(({ args }) => commandLine(args)),
      ...(url === undefined ? [] : [`# ${new URL('/ready', url).href} must answer 200`]),
    ]),
  ])

const lineOf = (outcome: Outcome) =>
  `${outcome.name}: ${outcome.result === 'failed' ? `FAILED at ${outcome.reason}` : outcome.result}`

const carryOut = async (
  waves: readonly (readonly Planned[])[],
  folder: string,
  { run, ready, print }: UpgradeBorder,
): Promise<boolean> => {
  const plans = new Map(waves.flat().map((plan) => [plan.name, plan]))
  const outcomes = await upgradeAll(waves, {
    run,
    ready,
    begin(name) {
      const plan = plans.get(name)
      if (plan) writeConfiguration(folder, plan.instance)
    },
    end(name) {
      const plan = plans.get(name)
      if (plan) writeState(folder, name, { ...plan.state, at: new Date().toISOString() })
    },
    told: (outcome) => print(lineOf(outcome)),
  })
  const isDone = outcomes.every(({ result }) => result === 'done')
  if (!isDone) print('Mend what failed and repeat the command: what is done is skipped.')
  return isDone
}

/**
 * Brings instances to the release in this folder. Those that it was brought to already are skipped.
 * @returns whether all of them are there
 * @throws Error, before anything is touched, when it is known that one of them cannot be brought there
 */
export const upgradeInstances = async (
  names: readonly string[],
  options: UpgradeOptions,
  border: UpgradeBorder,
): Promise<boolean> => {
  const { folder, wave, canary, dryRun = false } = options
  const size = sizeOf(wave)
  const some = chosen(names, options)
  const root = await readRootConfiguration()
  const release = releaseOf('.')
  const databases = databasesOf(root, allChoices(folder))
  const plans = some.map((name) => planned(folder, readInstance(folder, name, root), release, databases))
  for (const { name } of plans.filter(({ isCurrent }) => isCurrent))
    border.print(`${dryRun ? '# ' : ''}${name}: up to date`)
  const outdated = plans.filter(({ isCurrent }) => !isCurrent)
  const waves = wavesOf(outdated, size, canary)
  if (dryRun) scriptOf(waves).forEach(border.print)
  const obstacles = outdated.flatMap(({ name, obstacle }) => (obstacle === undefined ? [] : [`${name}: ${obstacle}.`]))
  if (obstacles.length > 0) throw new Error(`Nothing is upgraded. ${obstacles.join(' ')}`)
  if (dryRun) return true
  // Every deployment makes the site and the console, and several run at once: what is up to date is not written again.
  buildSite()
  await buildConsole()
  return carryOut(waves, folder, border)
}
