import { EdgeUpsert, InvalidRequestError } from 'edge-upsert'

/** The same as a route of Next.js (app router). URL and key stay on the server: no name here begins with NEXT_PUBLIC_. */

export const POST = async (request: Request): Promise<Response> => {
  const { email, name } = (await request.json()) as { readonly email: string; readonly name?: string }
  const people = new EdgeUpsert({ url: process.env.CRM_URL ?? '', key: process.env.CRM_KEY ?? '' }).records('people')
  try {
    const { status } = await people.assert({
      match: { emails: email },
      values: { emails: [email], first_name: name },
      write: { first_name: 'fill' },
    })
    return Response.json({ welcome: status === 'created' }, { status: status === 'created' ? 201 : 200 })
  } catch (error) {
    if (error instanceof InvalidRequestError)
      return Response.json({ field: error.field, problem: error.message }, { status: 422 })
    throw error
  }
}
