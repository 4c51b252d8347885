import type { ComponentChildren } from 'preact'
import type { Question } from '../calls/question.ts'
import { useAction } from '../calls/use-action.ts'
import { Dialog } from './dialog.tsx'
import { Problem } from './problem.tsx'
import { RequestBox } from './request.tsx'

export interface DialogFormProps {
  readonly title: string
  /** On the button that sends it. */
  readonly verb: string
  /** What is sent, in a few words: `this addition`. */
  readonly of: string
  /** As it is shown, which is with no secret in it. */
  readonly question: Question<unknown>
  /** Sends it. What it throws stands above the button. */
  readonly submit: () => Promise<unknown>
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** Fields in a dialog, and what sends them. */
export const DialogForm = ({ title, verb, of, question, submit, onClose, children }: DialogFormProps) => {
  const { run, error, isWaiting } = useAction()
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void run(submit)
        }}
      >
        {children}
        <Problem error={error} />
        <div class="bar">
          <button type="submit" class="primary" disabled={isWaiting}>
            {verb}
          </button>
          <RequestBox of={of} question={question} />
        </div>
      </form>
    </Dialog>
  )
}
