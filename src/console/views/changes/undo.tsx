import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Undoable, Undone } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { client } from '../../session/session.ts'
import { wholeNumber } from '../../values/locale.ts'

export type UndoneThing = { readonly importId: string } | { readonly request: string }

interface Tally {
  readonly back: number
  /** Records of which something was changed later, which stays. */
  readonly kept: number
  readonly refused: number
}

const nothing: Tally = { back: 0, kept: 0, refused: 0 }

const added = (tally: Tally, { status, kept }: Undone): Tally => ({
  back: tally.back + Number(status === 'reverted' || status === 'archived' || status === 'erased'),
  kept: tally.kept + Number(kept.length > 0),
  refused: tally.refused + Number(status === 'refused'),
})

const tallyOf = async (what: Undoable, dryRun: boolean): Promise<Tally> => {
  let tally = nothing
  for await (const one of client().undo(what, { dryRun })) tally = added(tally, one)
  return tally
}

const told = ({ back, kept, refused }: Tally) =>
  `records taken back: ${wholeNumber(back)}; with something that was changed later and stays: ${wholeNumber(kept)}; refused: ${wholeNumber(refused)}.`

/** Takes back what a request or an import did: first what that would do, in numbers. */
export const Undo = ({ what, onClose }: { readonly what: UndoneThing; readonly onClose: () => void }) => {
  const tried = useSignal<Tally | undefined>(undefined)
  const done = useSignal<Tally | undefined>(undefined)
  const { run, error, isWaiting } = useAction()
  // Tried at once, and once.
  useEffect(() => {
    void run(async () => {
      tried.value = await tallyOf(what, true)
    })
  }, [])
  const question = ask('post', '/v1/changes/revert', { body: what })
  return (
    <Dialog title="Undo" onClose={onClose}>
      <div class="stack">
        <p>
          What <code>{'importId' in what ? what.importId : what.request}</code> did.
        </p>
        {done.value ? (
          <p role="status">Done: {told(done.value)}</p>
        ) : (
          tried.value && <p role="status">Would be: {told(tried.value)}</p>
        )}
        {!tried.value && isWaiting && <p role="status">Trying it, without writing…</p>}
        <Problem error={error} />
        <div class="bar">
          {tried.value && !done.value && (
            <button
              type="button"
              class="primary"
              disabled={isWaiting || tried.value.back === 0}
              onClick={() =>
                void run(async () => {
                  done.value = await tallyOf(what, false)
                })
              }
            >
              Undo it
            </button>
          )}
          <button type="button" onClick={onClose}>
            {done.value ? 'Close' : 'Cancel'}
          </button>
          <RequestBox of="this undoing" question={question} />
        </div>
      </div>
    </Dialog>
  )
}
