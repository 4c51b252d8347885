/** Calls between the page and its thread: each side has functions that the other may call. */

export type Functions = Readonly<Record<string, (...args: never[]) => unknown>>

export type Call<F extends Functions> = <N extends keyof F & string>(
  name: N,
  ...args: Parameters<F[N]>
) => Promise<Awaited<ReturnType<F[N]>>>

interface Asked {
  readonly call: number
  readonly name: string
  readonly args: readonly unknown[]
}

interface Answered {
  readonly answer: number
  readonly value?: unknown
  readonly failure?: string
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** @returns how the functions of the other side are called; what they throw comes back as an Error with its message */
export const connect = <Theirs extends Functions>(port: MessagePort, ours: Functions): Call<Theirs> => {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let calls = 0

  const answer = async ({ call, name, args }: Asked): Promise<Answered> => {
    try {
      return { answer: call, value: await ours[name]?.(...(args as never[])) }
    } catch (error) {
      return { answer: call, failure: messageOf(error) }
    }
  }

  port.onmessage = async ({ data }: MessageEvent<Asked | Answered>) => {
    if ('call' in data) return port.postMessage(await answer(data))
    const one = waiting.get(data.answer)
    waiting.delete(data.answer)
    if (data.failure === undefined) one?.resolve(data.value)
    else one?.reject(new Error(data.failure))
  }

  return (name, ...args) =>
    new Promise((resolve, reject) => {
      const asked: Asked = { call: calls++, name, args }
      waiting.set(asked.call, { resolve: resolve as (value: unknown) => void, reject })
      port.postMessage(asked)
    })
}
