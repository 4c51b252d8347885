import { ConflictError, ConnectionError, EdgeUpsert, TimeoutError } from '../../src/client/index.ts'

/** A program of whoever uses the client, for any runtime: nothing of Node is in it but its arguments. Prints what came of it as JSON. */

interface Asked {
  readonly url: string
  readonly key: string
  /** Nothing answers there. */
  readonly silent: string
  /** Nobody listens there. */
  readonly closed: string
  readonly name: string
}

const thrownBy = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(() => undefined).catch((error) => error)

/** @returns for each of what the client promises, what this runtime makes of it */
const used = async ({ url, key, silent, closed, name }: Asked): Promise<Readonly<Record<string, unknown>>> => {
  const crm = new EdgeUpsert({ url, key })
  const people = crm.records('people')
  const item = (n: number) => ({
    match: { emails: `${n}@${name}.example` },
    values: { emails: [`${n}@${name}.example`], city: name },
  })
  async function* rows() {
    for (let n = 0; n < 2_500; n++) yield item(n)
  }
  const feed = crm.changes({ since: 'now', follow: true, signal: AbortSignal.timeout(5_000) })
  const pages = feed.pages()
  await pages.next()
  let taken = 0
  // Where an answer was lost, its items are unchanged the second time.
  for await (const { status } of people.assertMany(rows())) if (status !== 'refused') taken++
  let told = 0
  while (told < 2_500) told += (await pages.next()).value?.length ?? 0
  const ended = await thrownBy(pages.next())
  let found = 0
  const filter = { attribute: 'city', operator: 'eq', value: name } as const
  for await (const _ of people.query({ filter, limit: 1_000 })) found++
  const refused = await thrownBy(people.assert({ values: item(1).values }))
  const late = await thrownBy(
    new EdgeUpsert({ url: silent, key, timeoutMs: 100, retries: 1 }).call('get', '/v1/limits'),
  )
  const gone = await thrownBy(new EdgeUpsert({ url: closed, key, retries: 1 }).call('get', '/v1/limits'))
  return {
    ...{ taken, told, found },
    ended: ended instanceof Error && ended.name,
    conflict: refused instanceof ConflictError && refused.problem?.conflicts?.length,
    late: late instanceof TimeoutError && late.attempts,
    gone: gone instanceof ConnectionError && gone.attempts,
  }
}

console.log(JSON.stringify(await used(JSON.parse(process.argv[2] ?? ''))))
