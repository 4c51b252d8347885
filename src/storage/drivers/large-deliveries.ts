import type { FailedWaiting, WaitingDelivery } from '../../hooks/backlog.ts'

/**
 * Deliveries in the bucket of a Worker: those that wait and fit into no message, and those of them that have failed and fit
 * into no log. What has failed is kept for as long as the log has it, and what nobody points at any more goes too.
 */

export const JSON_TYPE = { contentType: 'application/json' } as const

/** Where it is, so that it can be found by hand. @param address of its hook */
export const placeOf = ({ address, id }: Pick<WaitingDelivery, 'address' | 'id'>): string => `${address}/${id}`

/** Member of its metadata: milliseconds since 1970 after which it is kept no longer. */
const UNTIL = 'until'

const DAY_MS = 86_400_000

/** Days after which no message leads to what waits: a queue keeps them for fourteen at most, and its dead letters likewise. */
const FORSAKEN_DAYS = 29

/** Pages of a thousand objects that one run looks through. */
const PAGES = 20

/** Under the id that the log has it under. @returns where */
export const keepFailed = async (
  bucket: R2Bucket,
  { address }: WaitingDelivery,
  { failed, until }: FailedWaiting,
  text: string,
): Promise<string> => {
  const place = placeOf({ address, id: failed })
  await bucket.put(place, text, { httpMetadata: JSON_TYPE, customMetadata: { [UNTIL]: String(until) } })
  return place
}

const isOver = ({ uploaded, customMetadata }: R2Object, now: number): boolean => {
  const until = Number(customMetadata?.[UNTIL] ?? Number.NaN)
  return now >= (Number.isNaN(until) ? uploaded.getTime() + FORSAKEN_DAYS * DAY_MS : until)
}

const sweepAll = async (bucket: R2Bucket, now: number): Promise<void> => {
  let cursor: string | undefined
  for (let page = 0; page < PAGES; page++) {
    const listed = await bucket.list({ include: ['customMetadata'], ...(cursor !== undefined && { cursor }) })
    const over = listed.objects.filter((one) => isOver(one, now)).map(({ key }) => key)
    if (over.length > 0) await bucket.delete(over)
    if (!listed.truncated) return
    cursor = listed.cursor
  }
}

/** Removes what is kept no longer. It costs one call where there is nothing. Throws nothing. @param now milliseconds since 1970 */
export const sweepLarge = async (bucket: R2Bucket, now: number): Promise<void> => {
  try {
    await sweepAll(bucket, now)
  } catch (error) {
    console.error('The bucket of deliveries cannot be swept', error)
  }
}
