import { type Backlog, cannotKeep, type Resume, type WaitingDelivery } from '../../hooks/backlog.ts'
import { hookLimits } from '../../hooks/definition.ts'
import { JSON_TYPE, keepFailed, placeOf } from './large-deliveries.ts'

/**
 * Deliveries that wait for their database in a Cloudflare Queue, and in a bucket of R2 where no message can hold them:
 * docs/operations.md says how to bind both.
 */

/** A delivery that is in the bucket. */
interface StoredDelivery {
  /** Where: its address and its id, so that it can be found by hand. */
  readonly stored: string
}

/** A message of the queue. */
export type QueuedDelivery = WaitingDelivery | StoredDelivery

/** Bytes of a message, with some left for what the platform adds; it takes 128,000. */
const MESSAGE_BYTES = 127_000

/** Seconds until a delivery is tried again: twice as many each time. */
const FIRST_WAIT = 30
const LONGEST_WAIT = 3_600

/** In the bucket first: a message never points at what is not there. */
const store = async (bucket: R2Bucket, waiting: WaitingDelivery, text: string): Promise<StoredDelivery> => {
  const stored = placeOf(waiting)
  await bucket.put(stored, text, { httpMetadata: JSON_TYPE })
  return { stored }
}

/**
 * Whoever sends to the queue. Messages are in no order, so nothing has to stand in line.
 * @param bucket for what is larger than a message; absent: that is not kept
 */
export const queueBacklog = (queue: Queue<QueuedDelivery>, bucket?: R2Bucket): Backlog => ({
  isBehind: () => false,
  async put(waiting) {
    const text = JSON.stringify(waiting)
    const isLarge = new TextEncoder().encode(text).length > MESSAGE_BYTES
    if (isLarge && !bucket) cannotKeep('the delivery is too large to be kept until it does')
    try {
      const message = isLarge && bucket ? await store(bucket, waiting, text) : waiting
      await queue.send(message, { contentType: 'json' })
    } catch (error) {
      console.error('The queue of deliveries takes none', error)
      cannotKeep('the delivery cannot be kept until it does')
    }
  },
})

/** @returns whether there is nothing left to be done about it */
const runStored = async ({ stored }: StoredDelivery, resume: Resume, bucket: R2Bucket | undefined) => {
  if (!bucket) throw new Error('LARGE_DELIVERIES is not bound, and a delivery waits in it')
  const text = await (await bucket.get(stored))?.text()
  if (text === undefined) {
    // A queue may hand a message over twice, and the first time it was written.
    console.error(`The delivery ${stored} is not in the bucket any more`)
    return true
  }
  const waiting = JSON.parse(text) as WaitingDelivery
  const resumed = await resume(waiting)
  if (resumed === 'later' || resumed === 'gone') return false
  // One that failed and is too long for the log is nowhere else. Of those that the log has as one, one is kept.
  const kept =
    resumed !== 'done' && text.length > hookLimits.payloadCharacters
      ? await keepFailed(bucket, waiting, resumed, text)
      : undefined
  if (kept !== stored) await bucket.delete(stored)
  return true
}

const runQueued = async (body: QueuedDelivery, resume: Resume, bucket: R2Bucket | undefined): Promise<boolean> => {
  if ('stored' in body) return runStored(body, resume, bucket)
  const resumed = await resume(body)
  return resumed !== 'later' && resumed !== 'gone'
}

/**
 * Runs what the queue has. What must wait is tried again later, and what its queue gives up goes to its dead letter queue:
 * whoever makes this Worker a consumer of that one has it run again. What a dead letter points at stays in the bucket.
 */
export const resumeFrom = async (
  { messages }: MessageBatch<QueuedDelivery>,
  resume: Resume,
  bucket?: R2Bucket,
): Promise<void> => {
  for (const message of messages) {
    const isOver = await runQueued(message.body, resume, bucket).catch((error: unknown) => {
      console.error('A delivery cannot be taken from its bucket', error)
      return false
    })
    if (isOver) message.ack()
    else message.retry({ delaySeconds: Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (message.attempts - 1)) })
  }
}
