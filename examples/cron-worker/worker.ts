import { EdgeUpsert } from 'edge-upsert'

/**
 * A Worker that takes over a list from another service each night: NDJSON, read as it comes, and sent on in batches. Rows that
 * are as they were write nothing. The triggers are in wrangler.toml beside it.
 */

interface Env {
  readonly SOURCE_URL: string
  readonly CRM_URL: string
  readonly CRM_KEY: string
}

interface Customer {
  readonly mail: string
  readonly name: string
}

async function* customersFrom(url: string): AsyncGenerator<Customer> {
  const { ok, status, body } = await fetch(url)
  if (!ok || !body) throw new Error(`${url} answers ${status}`)
  let kept = ''
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const lines = (kept + part).split('\n')
    kept = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as Customer
  }
  if (kept.trim() !== '') yield JSON.parse(kept) as Customer
}

export default {
  async scheduled({ scheduledTime }: { readonly scheduledTime: number }, env: Env): Promise<void> {
    const people = new EdgeUpsert({ url: env.CRM_URL, key: env.CRM_KEY }).records('people')
    async function* items() {
      for await (const { mail, name } of customersFrom(env.SOURCE_URL))
        yield { match: { emails: mail }, values: { emails: [mail], first_name: name } }
    }
    // One name for the whole night, so that "edge-upsert undo" takes it back.
    const importId = `nightly-${new Date(scheduledTime).toISOString().slice(0, 10)}`
    const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 }
    for await (const { status, item, error } of people.assertMany(items(), { importId })) {
      counts[status]++
      if (status === 'refused') console.error(item.match, error?.detail)
    }
    console.log(JSON.stringify({ importId, ...counts }))
  },
}
