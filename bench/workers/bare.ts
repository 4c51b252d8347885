import { type BenchEnv, trip } from './trip.ts'

/**
 * The least that an upsert can be: one statement by one unique key. The yardstick for what everything else costs.
 *
 * It leaves out: authentication, validation, the second unique key, a schema, several addresses for a person,
 * telling created from unchanged, rejecting bad JSON, error texts, request ids and the metering of its cost.
 */

const UPSERT = `
INSERT INTO people (id, email, data, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)
ON CONFLICT (email) DO UPDATE SET data = json_patch(data, excluded.data), updated_at = excluded.updated_at
RETURNING id, data, created_at, updated_at`

interface Row {
  readonly id: string
  readonly data: string
  readonly created_at: number
  readonly updated_at: number
}

export default {
  async fetch(request, env) {
    const body = await request.json<{ emails: string[] }>()
    const id = crypto.randomUUID()
    await trip(env)
    const row = await env.DB.prepare(UPSERT).bind(id, body.emails[0], JSON.stringify(body), Date.now()).first<Row>()
    if (!row) return new Response(null, { status: 500 })
    const status = row.id === id ? 201 : 200
    return Response.json({ ...row, data: JSON.parse(row.data) }, { status })
  },
} satisfies ExportedHandler<BenchEnv>
