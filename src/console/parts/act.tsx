import type { ComponentChildren } from 'preact'
import type { Question } from '../calls/question.ts'
import { useAction } from '../calls/use-action.ts'
import { Dialog } from './dialog.tsx'
import { Problem } from './problem.tsx'
import { RequestBox } from './request.tsx'

export interface ActProps<A> {
  /** On the button. */
  readonly title: string
  /** What it does, in a few words: `this pause`. */
  readonly of: string
  readonly question: Question<A>
  readonly onDone: (answer: A) => void
  readonly class?: string
}

/** One request, at a press. */
export const Act = <A,>({ title, of, question, onDone, class: name = '' }: ActProps<A>) => {
  const { run, error, isWaiting } = useAction()
  return (
    <>
      <button
        type="button"
        class={name}
        disabled={isWaiting}
        onClick={() => void run(async () => onDone(await question.send()))}
      >
        {title}
      </button>
      <RequestBox of={of} question={question} />
      <Problem error={error} />
    </>
  )
}

export interface ConfirmProps<A> {
  readonly title: string
  /** On the button that does it. */
  readonly verb: string
  readonly question: Question<A>
  /** @param isDone false: it was left */
  readonly onDone: (isDone: boolean) => void
  /** What it does, said plainly. */
  readonly children: ComponentChildren
}

/** What cannot be taken back says so, and is asked for twice. */
export const Confirm = <A,>({ title, verb, question, onDone, children }: ConfirmProps<A>) => (
  <Dialog title={title} onClose={() => onDone(false)}>
    <div class="stack">
      {children}
      <div class="bar">
        <Act class="danger" title={verb} of="this step" question={question} onDone={() => onDone(true)} />
        <button type="button" onClick={() => onDone(false)}>
          Cancel
        </button>
      </div>
    </div>
  </Dialog>
)
