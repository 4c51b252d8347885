import { type Signal, useSignal } from '@preact/signals'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAction } from '../../calls/use-action.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { Choice } from '../../parts/choice.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { type Attribute, attributesOf, type ObjectSchema } from '../../schema/objects.ts'
import { nameOf, type StoredRecord } from '../../values/known.ts'
import { wholeNumber } from '../../values/locale.ts'
import { textOf } from '../../values/shown.tsx'
import { Undo } from '../changes/undo.tsx'

type MergeResult = components['schemas']['MergeResult']
type Rule = components['schemas']['MergeRule']
type Rules = Readonly<Record<string, Rule>>

const ruleTitles: Readonly<Record<Rule, string>> = {
  append: 'both of a list, else that of the one that stays',
  keep: 'that of the one that stays',
  take: 'that of the one that goes',
}

interface Pair {
  readonly stays: StoredRecord
  readonly goes: StoredRecord
}

/** At the versions that are seen. */
const mergeQuestion = ({ stays, goes }: Pair, rule: Rule, rules: Rules, isDry: boolean) =>
  ask('post', '/v1/objects/{object}/records/{id}/merge', {
    path: { object: stays.object, id: stays.id },
    query: isDry ? { dryRun: 'true' } : {},
    body: {
      loser: { id: goes.id },
      values: { default: rule, ...(Object.keys(rules).length > 0 && { attributes: rules }) },
      ifVersion: stays.version,
      loserIfVersion: goes.version,
    },
  })

const isSet = (value: unknown) => value !== undefined && value !== null

/** Those of which the two have something, and not the same. */
const differing = (object: ObjectSchema, { stays, goes }: Pair): readonly Attribute[] =>
  attributesOf(object).filter(({ slug }) => JSON.stringify(stays.values[slug]) !== JSON.stringify(goes.values[slug]))

interface PreviewProps {
  readonly object: ObjectSchema
  readonly pair: Pair
  readonly rules: Signal<Rules>
  /** What the dry run has come to. */
  readonly tried: MergeResult | undefined
}

const RuleOf = ({ attribute, rules }: { readonly attribute: Attribute; readonly rules: Signal<Rules> }) => (
  <select
    aria-label={`Which ${attribute.label}`}
    value={rules.value[attribute.slug] ?? ''}
    onChange={(event) => {
      const { [attribute.slug]: _, ...others } = rules.peek()
      const rule = (['keep', 'take', 'append'] as const).find((one) => one === event.currentTarget.value)
      rules.value = rule ? { ...others, [attribute.slug]: rule } : others
    }}
  >
    <option value="">as the others</option>
    <option value="keep">keep</option>
    <option value="take">take</option>
    {attribute.multiple && <option value="append">both</option>}
  </select>
)

const Preview = ({ object, pair, rules, tried }: PreviewProps) => {
  const { stays, goes } = pair
  const told = (attribute: Attribute, { values }: Pick<StoredRecord, 'values'>) =>
    textOf(attribute, values[attribute.slug]) || 'not set'
  const attributes = differing(object, pair)
  if (attributes.length === 0) return <p>Both have the same values.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="wide" tabIndex={0} aria-label="What the record would be">
      <table>
        <thead>
          <tr>
            <th>Attribute</th>
            <th>Stays</th>
            <th>Goes</th>
            <th>Which</th>
            <th>Then</th>
          </tr>
        </thead>
        <tbody>
          {attributes.map((attribute) => (
            <tr key={attribute.slug}>
              <th scope="row">{attribute.label}</th>
              <td>{told(attribute, stays)}</td>
              <td>{told(attribute, goes)}</td>
              <td>
                {isSet(stays.values[attribute.slug]) && isSet(goes.values[attribute.slug]) && (
                  <RuleOf attribute={attribute} rules={rules} />
                )}
              </td>
              <td>
                {tried && told(attribute, tried.record)}{' '}
                {tried?.left.includes(attribute.slug) && <span class="chip">a value is left to the history</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const moved = ({ relationsMoved }: MergeResult, verb: string) =>
  relationsMoved > 0 && ` Relations that ${verb} to the one that stays: ${wholeNumber(relationsMoved)}.`

/** Two that may be the same have the same name most often. */
const toldApart = (record: StoredRecord) => `${nameOf(record)} …${record.id.slice(-6)}`

export interface MergeProps {
  readonly object: ObjectSchema
  /** The first one stays, until it is said otherwise. */
  readonly records: readonly [StoredRecord, StoredRecord]
  /** @param survivor undefined: nothing was written */
  readonly onDone: (survivor: StoredRecord | undefined) => void
}

/** Makes two records one: first what that would be, which can be decided value by value; and the way back. */
export const Merge = ({ object, records: [first, second], onDone }: MergeProps) => {
  const stay = useSignal<string>(first.id)
  const rule = useSignal<Rule>('append')
  const rules = useSignal<Rules>({})
  const done = useSignal<MergeResult | undefined>(undefined)
  const isUndoing = useSignal(false)
  const { run, error: failure, isWaiting } = useAction()
  const pair = stay.value === first.id ? { stays: first, goes: second } : { stays: second, goes: first }
  const dry = useAnswer(done.value ? undefined : mergeQuestion(pair, rule.value, rules.value, true))
  const question = mergeQuestion(pair, rule.value, rules.value, false)
  const close = () => onDone(done.value?.record)
  if (isUndoing.value && done.value) return <Undo what={{ request: done.value.request }} onClose={close} />
  return (
    <Dialog class="broad" title={`Merge ${nameOf(first)} with ${nameOf(second)}`} onClose={close}>
      <div class="stack">
        {done.value ? (
          <p role="status">Merged.{moved(done.value, 'were moved')} Id and keys of the other one lead here now.</p>
        ) : (
          <>
            <Choice
              label="Stays"
              value={stay}
              options={{
                [first.id]: `${toldApart(first)}, this one`,
                [second.id]: toldApart(second),
              }}
            />
            <Choice label="Where both have a value" value={rule} options={ruleTitles} />
            <Preview object={object} pair={pair} rules={rules} tried={dry.data} />
            <p role="status">
              {dry.isWaiting || !dry.data
                ? 'Trying it, without writing…'
                : `The other one would be a record no more.${moved(dry.data, 'would be moved') || ''}`}
            </p>
          </>
        )}
        <Problem error={failure ?? dry.error} />
        <div class="bar">
          {done.value ? (
            <>
              <button type="button" class="primary" onClick={close}>
                Close
              </button>
              <button
                type="button"
                onClick={() => {
                  isUndoing.value = true
                }}
              >
                Undo…
              </button>
            </>
          ) : (
            <>
              <button
                type="button"
                class="primary"
                disabled={isWaiting || dry.isWaiting || dry.error !== undefined}
                onClick={() =>
                  void run(async () => {
                    done.value = await question.send()
                  })
                }
              >
                Merge them
              </button>
              <button type="button" onClick={close}>
                Cancel
              </button>
            </>
          )}
          <RequestBox of="this merge" question={question} />
        </div>
      </div>
    </Dialog>
  )
}
