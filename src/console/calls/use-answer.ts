import { useSignal } from '@preact/signals'
import { useCallback, useEffect } from 'preact/hooks'
import { refusedKey } from '../session/session.ts'
import type { Question } from './question.ts'

export interface Answered<A> {
  /** The last answer; it stays while the next is waited for. */
  readonly data: A | undefined
  readonly error: unknown
  readonly isWaiting: boolean
  again(): void
}

/** Asks, and asks anew whenever the question is another; the one before is abandoned. @param question undefined: nothing is asked */
export const useAnswer = <A>(question: Question<A> | undefined): Answered<A> => {
  const state = useSignal<{ readonly data?: A; readonly error?: unknown; readonly isWaiting: boolean }>({
    isWaiting: question !== undefined,
  })
  const round = useSignal(0)
  const key = question && JSON.stringify([question.method, question.path, question.options])
  // Two questions with one key are one question.
  useEffect(() => {
    if (!question) return
    const left = new AbortController()
    const { data } = state.peek()
    state.value = { ...(data !== undefined && { data }), isWaiting: true }
    question.send(left.signal).then(
      (answer) => {
        if (!left.signal.aborted) state.value = { data: answer, isWaiting: false }
      },
      (error: unknown) => {
        if (left.signal.aborted) return
        refusedKey(error)
        state.value = { ...(data !== undefined && { data }), error, isWaiting: false }
      },
    )
    return () => left.abort()
  }, [key, round.value])
  const again = useCallback(() => {
    round.value++
  }, [round])
  const { data, error, isWaiting } = state.value
  return { data, error, isWaiting, again }
}
