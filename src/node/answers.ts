import type { ServerResponse } from 'node:http'

/**
 * The answer of a stream. Where its body breaks off, so does the connection: the library would write the error behind what
 * has been sent and end the answer in order, and half of it would be taken for the whole.
 */
export const breakingOff = (response: Response, outgoing: ServerResponse): Response => {
  if (!response.body) return response
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
      } catch {
        // What it was is in the log already (src/contracts/v1/streaming.ts).
        outgoing.destroy()
      }
      controller.close()
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return new Response(body, response)
}
