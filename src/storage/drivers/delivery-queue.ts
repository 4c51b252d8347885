import { type Backlog, cannotKeep, type Resume, type WaitingDelivery } from '../../hooks/backlog.ts'

/** Deliveries that wait for their database in a Cloudflare Queue: docs/operations.md says how to bind one. */

/** Bytes of a message, with some left for what the platform adds; it takes 128,000. */
const MESSAGE_BYTES = 127_000

/** Seconds until a delivery is tried again: twice as many each time. */
const FIRST_WAIT = 30
const LONGEST_WAIT = 3_600

/** Whoever sends to the queue. Messages are in no order, so nothing has to stand in line. */
export const queueBacklog = (queue: Queue<WaitingDelivery>): Backlog => ({
  isBehind: () => false,
  async put(waiting) {
    const { length } = new TextEncoder().encode(JSON.stringify(waiting))
    if (length > MESSAGE_BYTES) cannotKeep('the delivery is too large to be kept until it does')
    try {
      await queue.send(waiting, { contentType: 'json' })
    } catch (error) {
      console.error('The queue of deliveries takes none', error)
      cannotKeep('the delivery cannot be kept until it does')
    }
  },
})

/**
 * Runs what the queue has. What must wait is tried again later, and what its queue gives up goes to its dead letter queue:
 * whoever makes this Worker a consumer of that one has it run again.
 */
export const resumeFrom = async ({ messages }: MessageBatch<WaitingDelivery>, resume: Resume): Promise<void> => {
  for (const message of messages) {
    if ((await resume(message.body)) === 'done') message.ack()
    else message.retry({ delaySeconds: Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (message.attempts - 1)) })
  }
}
