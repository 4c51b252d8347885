import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { attributesOf, type ObjectSchema } from '../../schema/objects.ts'
import { client } from '../../session/session.ts'
import { Field } from '../../values/field.tsx'
import { wholeNumber } from '../../values/locale.ts'
import { readTyped } from '../../values/typed.ts'
import { changeMany, changeQuestion, type Tally, type Target, type What } from './change-many.ts'

export type Change = 'update' | 'archive' | 'restore'

export interface ChangeDialogProps {
  readonly object: ObjectSchema
  readonly change: Change
  readonly target: Target
  /** @param isChanged whether anything was written */
  readonly onDone: (isChanged: boolean) => void
}

const titles = { update: 'Change a value', archive: 'Archive', restore: 'Restore' } as const

/** Who undoes it, names it: nothing else is called so. */
const newName = (change: Change) => `console-${change}-${crypto.randomUUID()}`

type Step =
  | { readonly at: 'choose' | 'trying' | 'undoing' | 'undone' }
  | { readonly at: 'tried' | 'running' | 'done'; readonly tally: Tally }

const Numbers = ({ tally, verb }: { readonly tally: Tally; readonly verb: string }) => (
  <>
    <p role="status">
      {verb}: <strong>{wholeNumber(tally.changed)}</strong> changed, {wholeNumber(tally.unchanged)} unchanged,{' '}
      {wholeNumber(tally.refused)} refused.
    </p>
    {tally.examples.length > 0 && (
      <details>
        <summary>Why some are refused</summary>
        <ul>
          {tally.examples.map(({ id, index, error }) => (
            <li key={id ?? index}>
              {error?.errors.map(({ fix, detail }) => `${fix} ${detail}`).join(' ') ?? error?.detail}
            </li>
          ))}
        </ul>
      </details>
    )}
  </>
)

/** What is to be done to many records: first tried, and told in numbers; then done; then, for who wants it back, undone. */
export const ChangeDialog = ({ object, change, target, onDone }: ChangeDialogProps) => {
  const attributes = attributesOf(object)
  const slug = useSignal(attributes[0]?.slug ?? '')
  const text = useSignal('')
  const step = useSignal<Step>({ at: change === 'update' ? 'choose' : 'trying' })
  const error = useSignal<unknown>(undefined)
  const name = useSignal(newName(change))
  const isChanged = useSignal(false)
  const attribute = attributes.find((one) => one.slug === slug.value)
  const what: What =
    change === 'update' && attribute
      ? { change, values: { [attribute.slug]: readTyped(attribute, text.value) } }
      : { change }

  const attempt = async (work: () => Promise<void>, back: Step) => {
    error.value = undefined
    try {
      await work()
    } catch (failure) {
      error.value = failure
      step.value = back
    }
  }
  const tryOut = () =>
    attempt(
      async () => {
        step.value = { at: 'trying' }
        const tally = await changeMany(object.slug, what, target, { dryRun: true }, () => undefined)
        step.value = { at: 'tried', tally }
      },
      { at: 'choose' },
    )
  const run = (tried: Tally) =>
    attempt(
      async () => {
        isChanged.value = true
        const tally = await changeMany(object.slug, what, target, { importId: name.value }, (so) => {
          step.value = { at: 'running', tally: so }
        })
        step.value = { at: 'done', tally }
      },
      { at: 'tried', tally: tried },
    )
  const takeBack = (done: Tally) =>
    attempt(
      async () => {
        step.value = { at: 'undoing' }
        for await (const _ of client().undo({ importId: name.value }));
        step.value = { at: 'undone' }
      },
      { at: 'done', tally: done },
    )
  // What needs no value is tried at once, and once.
  useEffect(() => {
    if (change !== 'update') void tryOut()
  }, [])

  const now = step.value
  return (
    <Dialog title={`${titles[change]}: ${object.pluralName}`} onClose={() => onDone(isChanged.value)}>
      <div class="stack">
        {change === 'update' && attribute && (now.at === 'choose' || now.at === 'trying') && (
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault()
              void tryOut()
            }}
          >
            <label>
              Attribute
              <select
                value={slug.value}
                onChange={(event) => {
                  slug.value = event.currentTarget.value
                  text.value = ''
                }}
              >
                {attributes.map((one) => (
                  <option key={one.slug} value={one.slug}>
                    {one.label}
                  </option>
                ))}
              </select>
            </label>
            <Field
              key={slug.value}
              attribute={attribute}
              label="New value"
              text={text.value}
              onText={(typed) => {
                text.value = typed
              }}
            />
            <button type="submit" class="primary" disabled={now.at === 'trying'}>
              Try it
            </button>
          </form>
        )}
        {now.at === 'trying' && <p role="status">Trying it, without writing…</p>}
        {now.at === 'tried' && (
          <>
            <Numbers tally={now.tally} verb="Would be" />
            <div class="bar">
              <button
                type="button"
                class="primary"
                disabled={now.tally.changed === 0}
                onClick={() => void run(now.tally)}
              >
                {titles[change]} {wholeNumber(now.tally.changed)}
              </button>
              <button type="button" onClick={() => onDone(isChanged.value)}>
                Cancel
              </button>
              <RequestBox
                of="this change"
                question={changeQuestion(object.slug, what, target, { importId: name.value })}
              />
            </div>
          </>
        )}
        {now.at === 'running' && <Numbers tally={now.tally} verb="So far" />}
        {now.at === 'done' && (
          <>
            <Numbers tally={now.tally} verb="Done" />
            <div class="bar">
              <button type="button" class="primary" onClick={() => onDone(true)}>
                Close
              </button>
              <button type="button" onClick={() => void takeBack(now.tally)}>
                Undo
              </button>
            </div>
          </>
        )}
        {now.at === 'undoing' && <p role="status">Undoing…</p>}
        {now.at === 'undone' && (
          <>
            <p role="status">Undone. What others have changed since stays as it is.</p>
            <button type="button" class="primary" onClick={() => onDone(true)}>
              Close
            </button>
          </>
        )}
        <Problem error={error.value} />
      </div>
    </Dialog>
  )
}
