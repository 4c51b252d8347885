import { type BenchEnv, trip } from './trip.ts'

/**
 * What is usually written by hand: read the key, look the record up, write it, read it back. Four calls.
 *
 * It leaves out: atomicity (of two requests that create the same person, one is answered with 500), validation,
 * noticing that nothing has changed, several addresses for a person, and which field a collision is about.
 */

const hash = async (secret: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

interface Person {
  readonly emails: readonly string[]
  readonly external_id: string
}

interface Row {
  readonly id: string
  readonly data: string
}

const write = async (env: BenchEnv, found: Row | null, person: Person): Promise<string> => {
  const id = found?.id ?? crypto.randomUUID()
  const data = JSON.stringify({ ...(found && JSON.parse(found.data)), ...person })
  const values = [id, person.emails[0], person.external_id, data, Date.now()]
  const statement = found
    ? 'UPDATE people SET email = ?2, external_id = ?3, data = ?4, updated_at = ?5 WHERE id = ?1'
    : 'INSERT INTO people (id, email, external_id, data, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)'
  await trip(env)
  await env.DB.prepare(statement)
    .bind(...values)
    .run()
  return id
}

export default {
  async fetch(request, env) {
    const secret = request.headers.get('authorization')?.slice('Bearer '.length) ?? ''
    await trip(env)
    const key = await env.DB.prepare('SELECT id FROM api_keys WHERE hash = ?1 AND revoked_at IS NULL')
      .bind(await hash(secret))
      .first()
    if (!key) return new Response(null, { status: 401 })
    const person = await request.json<Person>()
    await trip(env)
    const found = await env.DB.prepare('SELECT id, data FROM people WHERE email = ?1')
      .bind(person.emails[0])
      .first<Row>()
    const id = await write(env, found, person)
    await trip(env)
    const row = await env.DB.prepare('SELECT id, data, created_at, updated_at FROM people WHERE id = ?1')
      .bind(id)
      .first<Row>()
    if (!row) return new Response(null, { status: 500 })
    return Response.json({ ...row, data: JSON.parse(row.data) }, { status: found ? 200 : 201 })
  },
} satisfies ExportedHandler<BenchEnv>
