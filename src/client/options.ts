/**
 * What may be said to the client, checked when it is said: a misspelt option would be a default in silence, and a misspelt dry
 * run would write. TypeScript tells of names, but not who writes JavaScript, nor of numbers.
 */

interface Rule {
  holds(value: unknown): boolean
  /** The end of a sentence. */
  readonly must: string
}

/** Of all options of a kind: one that is forgotten here, or is none, does not compile. */
export type Rules<Options> = Readonly<Record<keyof Options & string, Rule>>

/** What the server judges, or the platform. */
export const anything: Rule = { holds: () => true, must: '' }
export const flag: Rule = { holds: (value) => typeof value === 'boolean', must: 'be true or false' }
export const text: Rule = { holds: (value) => typeof value === 'string', must: 'be a text' }
export const callable: Rule = { holds: (value) => typeof value === 'function', must: 'be a function' }

export const whole = (least: number): Rule => ({
  holds: (value) => Number.isInteger(value) && (value as number) >= least,
  must: `be a whole number, at least ${least}`,
})

/** Beyond it timers of all platforms end at once. */
const LONGEST_MS = 2 ** 31 - 1

export const milliseconds = (least: number, most: number = LONGEST_MS): Rule => ({
  holds: (value) => typeof value === 'number' && value >= least && value <= most,
  must: `be milliseconds, at least ${least}${most === LONGEST_MS ? ` and at most ${LONGEST_MS}` : ''}`,
})

/** @throws TypeError naming what is no option, or cannot be its value */
export const requireOptions = <Options extends object>(options: Options, rules: Rules<Options>): void => {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name))
      throw new TypeError(`${name}: there is no such option here; there are ${Object.keys(rules).join(', ')}`)
    const { holds, must } = rules[name as keyof Options & string]
    if (value !== undefined && !holds(value)) throw new TypeError(`${name}: it must ${must}`)
  }
}
