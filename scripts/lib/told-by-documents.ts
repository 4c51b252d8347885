import { hookLimits, QUEUE_RETRIES } from '../../src/hooks/definition.ts'
import { presetNames } from '../../src/hooks/presets.ts'
import { schemeNames, signingOf } from '../../src/hooks/schemes.ts'
import { subscriptionLimits } from '../../src/subscriptions/definition.ts'
import { NOT_OF_THE_CHANGE, PAUSES_MS } from '../../src/subscriptions/retrying.ts'
import { LEASE_MS, TURN_MS } from '../../src/subscriptions/turn.ts'
import { WAIT_DAYS } from '../../src/tenants/directory.ts'
import { movePhases, traitsOf } from '../../src/tenants/tenant-move.ts'

/** What documents tell and code decides: whoever changes the one is told where the other stands. */

interface ToldNames {
  readonly document: string
  readonly what: string
  /** The part of the document that tells them, as its one group. */
  readonly part: RegExp
  readonly names: readonly string[]
}

const toldNames: readonly ToldNames[] = [
  {
    document: 'docs/webhooks.md',
    what: 'the schemes',
    part: /\| scheme \| who signs so \|\n\|---\|---\|\n((?:\|.*\n)+)/,
    names: [...schemeNames, 'hmac', 'secret', 'address'],
  },
  {
    document: 'docs/webhooks.md',
    what: 'the schemes that sign no time',
    part: /a tool that signs no time \(([^)]*)\)/,
    names: schemeNames.filter((scheme) => !signingOf({ scheme })?.time),
  },
  { document: 'docs/webhooks.md', what: 'the presets', part: /^The presets are (.*)\. /m, names: presetNames },
  {
    document: 'docs/tenants.md',
    what: 'the phases of a move',
    part: /\| phase \| what is done .*\n\|[-|]*\n((?:\|.*\n)+)/,
    names: movePhases,
  },
]

/** Of a table the first cells; of a sentence all that stands in backquotes. */
const namesIn = (part: string): readonly string[] => {
  const lines = part.split('\n').map((line) => (line.startsWith('|') ? (line.split('|')[1] ?? '') : line))
  return lines.flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
}

const number = (count: number): string => count.toLocaleString('en')

const inWords = (list: readonly number[]): string => `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`

const UNITS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000 } as const

/** Each unit with all that is told in it. */
const pauses = Object.entries(UNITS)
  .map(([unit, ms], i, all) => {
    const next = all[i + 1]?.[1] ?? Number.POSITIVE_INFINITY
    return `${inWords(PAUSES_MS.filter((pause) => pause >= ms && pause < next).map((pause) => pause / ms))} ${unit}`
  })
  .join(', ')

/** Words that a document must have, by the document. */
const toldWords: Readonly<Record<string, readonly string[]>> = {
  'docs/operations.md': [`max_retries = ${QUEUE_RETRIES}\n`, `given up after ${QUEUE_RETRIES} attempts`],
  'wrangler.toml': [`# max_retries = ${QUEUE_RETRIES}\n`],
  'docs/subscriptions.md': [
    `Retries come after ${pauses}`,
    `at least every ${TURN_MS / 1_000} seconds`,
    `a lease of ${LEASE_MS / 1_000} seconds`,
    `5xx, ${NOT_OF_THE_CHANGE.join(', ')} |`,
    `once it has taken nothing for ${subscriptionLimits.failingDays} days`,
  ],
  'docs/tenants.md': [
    ...movePhases.map((phase) => `| \`${phase}\` | ${traitsOf(phase).told} |`),
    `those that are deleted already are erased ${WAIT_DAYS} days later`,
  ],
  'docs/webhooks.md': [
    `an object of its fields (up to ${number(hookLimits.formFields)})`,
    `becomes a record and is \`item\`; up to ${hookLimits.items}`,
    `A text of up to ${number(hookLimits.messageIdCharacters)} characters`,
    `has up to ${number(hookLimits.expressionCharacters)} characters and ${hookLimits.expressionDepth} levels`,
    `each step is counted (${number(hookLimits.steps)})`,
    `the result is measured (${number(hookLimits.mappedCharacters)} characters)`,
    `whose last ${hookLimits.failures} deliveries have failed`,
    `up to ${number(hookLimits.payloadCharacters)} characters, without`,
  ],
}

/** @param read the text of a document. @returns what is told otherwise than it is */
export const toldOtherwise = (read: (document: string) => string): readonly string[] => [
  ...toldNames.flatMap(({ document, what, part, names }) => {
    const told = namesIn(part.exec(read(document))?.[1] ?? '')
    const isSame = told.toSorted().join() === names.toSorted().join()
    return isSame
      ? []
      : [`${document}: ${what} are ${names.join(', ')}, not ${told.join(', ') || 'told where they were'}`]
  }),
  ...Object.entries(toldWords).flatMap(([document, words]) =>
    words.filter((one) => !read(document).includes(one)).map((one) => `${document} does not say "${one}"`),
  ),
]
