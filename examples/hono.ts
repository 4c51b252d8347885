import { EdgeUpsert, InvalidRequestError } from 'edge-upsert'
import { Hono } from 'hono'

/**
 * A sign-up form that makes a person, or finds the one that is there: however often the form is sent, there is one record. It runs
 * wherever Hono does; on Workers URL and key are bindings.
 */

interface Bindings {
  readonly CRM_URL: string
  readonly CRM_KEY: string
}

export const app = new Hono<{ Bindings: Bindings }>()

app.post('/sign-up', async (c) => {
  const { email, name } = await c.req.parseBody()
  const people = new EdgeUpsert({ url: c.env.CRM_URL, key: c.env.CRM_KEY }).records('people')
  try {
    const { status } = await people.assert({
      match: { emails: email },
      values: { emails: [email], first_name: name },
      // What somebody has corrected since is not overwritten by a form that is sent again.
      write: { first_name: 'fill' },
    })
    return c.json({ welcome: status === 'created' }, status === 'created' ? 201 : 200)
  } catch (error) {
    // The person is told what is wrong with the form; everything else is for the log of the server.
    if (error instanceof InvalidRequestError) return c.json({ field: error.field, problem: error.message }, 422)
    throw error
  }
})
