/** The mixed work: 80 % updates of which half change nothing, 20 % creates, over people with 12 attributes. */

export interface Work {
  readonly body: string
  readonly kind: Kind
}

export type Kind = 'unchanged' | 'changed' | 'created'

/** One person; `edition` is how often it has been changed. E-mail address and external id are unique. */
export const person = (n: number, edition: number) => ({
  firstName: `First${n % 500}`,
  lastName: `Last${n}`,
  salutation: n % 2 ? 'Ms' : 'Mr',
  emails: [`person${n}@bench.example`],
  jobTitle: `Engineer, edition ${edition}`,
  description: `Met at the conference, stand ${n % 90}; asked for a quotation.`,
  phoneNumber: `+1-212-555-${String(n % 10_000).padStart(4, '0')}`,
  primaryLocation: 'Amsterdam, NL',
  socials: { linkedin: `https://social.example/in/person${n}`, twitter: `https://x.example/person${n}` },
  department: `Department ${n % 40}`,
  external_id: `crm-${n}`,
})

export type Person = ReturnType<typeof person>

/** The same person as an item of a batch: our own contract calls attributes by their slugs. */
export const batchItem = ({
  firstName,
  lastName,
  jobTitle,
  phoneNumber,
  primaryLocation,
  socials,
  ...rest
}: Person) => ({
  match: { emails: rest.emails[0] },
  values: {
    ...rest,
    first_name: firstName,
    last_name: lastName,
    job_title: jobTitle,
    phone_number: phoneNumber,
    primary_location: primaryLocation,
    linkedin_url: socials.linkedin,
    x_url: socials.twitter,
  },
})

/** Ten turns: four change nothing, four change something, two create. */
const TURNS: readonly Kind[] = [
  'unchanged',
  'changed',
  'created',
  'changed',
  'unchanged',
  'changed',
  'unchanged',
  'created',
  'unchanged',
  'changed',
]

/** Primes: a step that does not divide the number of people visits all of them before it repeats one. */
const STEPS = [7919, 7907] as const

/**
 * Work for one worker. Every worker gets the same sequence. It goes round the people that were there when a piece of
 * work began, in large steps, so no two requests in flight are about one person: "unchanged" is true by the time that
 * it arrives, and the hand-written worker has no race to lose.
 */
export class Population {
  readonly #editions: number[] = []
  #at = 0
  #turn = 0
  #settled = 0

  /** The next `count` people that do not exist yet. */
  seed(count: number): Person[] {
    return Array.from({ length: count }, () => person(this.#editions.push(0) - 1, 0))
  }

  get size(): number {
    return this.#editions.length
  }

  /** A new piece of work begins: whoever was created before may be updated from now on. */
  settle(): void {
    this.#settled = this.#editions.length
  }

  one(kind: Kind): Person {
    if (kind === 'created') return person(this.#editions.push(0) - 1, 0)
    const step = STEPS.find((prime) => this.#settled % prime !== 0) ?? 1
    this.#at = (this.#at + step) % this.#settled
    const edition = (this.#editions[this.#at] ?? 0) + (kind === 'changed' ? 1 : 0)
    this.#editions[this.#at] = edition
    return person(this.#at, edition)
  }

  #mixedOne(): { readonly person: Person; readonly kind: Kind } {
    const kind = TURNS[this.#turn++ % TURNS.length] ?? 'unchanged'
    return { person: this.one(kind), kind }
  }

  mixed(count: number): Work[] {
    this.settle()
    return Array.from({ length: count }, () => {
      const { person, kind } = this.#mixedOne()
      return { body: JSON.stringify(person), kind }
    })
  }

  /** The same mix as bodies of many records. */
  mixedBulk(requests: number, records: number): string[] {
    this.settle()
    return Array.from({ length: requests }, () =>
      JSON.stringify(Array.from({ length: records }, () => batchItem(this.#mixedOne().person))),
    )
  }
}
