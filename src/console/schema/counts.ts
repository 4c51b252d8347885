import { effect, signal } from '@preact/signals'
import { ask } from '../calls/question.ts'
import { may, who } from '../session/session.ts'
import { objects } from './objects.ts'

/** How many records each object has; the server counts up to a limit, and says when there are more. */

export interface Count {
  readonly value: number
  readonly exact: boolean
}

export const counts = signal<ReadonlyMap<string, Count>>(new Map())

export const countOf = async (object: string): Promise<void> => {
  const count = ask('post', '/v1/objects/{object}/records/query', {
    path: { object },
    body: { count: true, limit: 1, fields: [] },
  })
  try {
    const { count: found } = await count.send()
    if (found) counts.value = new Map(counts.peek()).set(object, found)
  } catch {
    // A list is as usable without it, and a key that opens nothing any more is noticed by the view itself.
  }
}

/** One after the other, so that the view is not kept waiting by them. */
effect(() => {
  if (!who.value) counts.value = new Map()
  const slugs = objects.value.map(({ slug }) => slug)
  if (may('crm:read')) void slugs.reduce((before, slug) => before.then(() => countOf(slug)), Promise.resolve())
})
