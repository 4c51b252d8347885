import type { components } from '../../../client/index.ts'
import { hrefOf } from '../../frame/address.ts'
import type { Trouble } from '../../parts/field-problems.tsx'
import type { ObjectSchema } from '../../schema/objects.ts'
import { wholeNumber } from '../../values/locale.ts'
import { textOf } from '../../values/shown.tsx'

export type Preview = components['schemas']['HookPreview']
type Outcome = Preview['outcomes'][number]

export interface ResultPaneProps {
  readonly object: ObjectSchema
  /** Absent: nothing was previewed yet, or it was refused. */
  readonly preview: Preview | undefined
  /** What is wrong, and stands beneath no expression. */
  readonly troubles: readonly Trouble[]
  /** Whether anything at all is wrong. */
  readonly isWrong: boolean
}

const valuesIn = (item: unknown): Readonly<Record<string, unknown>> => {
  if (typeof item !== 'object' || item === null || !('values' in item)) return {}
  const { values } = item
  return typeof values === 'object' && values !== null ? { ...values } : {}
}

const told = (object: ObjectSchema, slug: string, value: unknown): string => {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'object' && !Array.isArray(value)) return JSON.stringify(value)
  const attribute = object.attributes.find((one) => one.slug === slug)
  return attribute ? textOf(attribute, value) : JSON.stringify(value)
}

const verbs = {
  created: 'Would be created',
  updated: 'Would be changed',
  unchanged: 'Is so already',
  refused: 'Refused',
}

const Item = ({
  object,
  item,
  outcome,
}: {
  readonly object: ObjectSchema
  readonly item: unknown
  readonly outcome: Outcome
}) => {
  const { status, id, matchedOn, changed, error } = outcome
  const values = Object.entries(valuesIn(item))
  return (
    <section class="rule">
      <h3>
        {verbs[status]}
        {id !== null && status !== 'created' && (
          <>
            : <a href={hrefOf(['objects', object.slug, id])}>the record</a>
          </>
        )}
      </h3>
      {matchedOn !== null && matchedOn.length > 0 && <p class="quiet">Found by {matchedOn.join(' and ')}.</p>}
      {error?.errors.map(({ field, detail, fix }) => (
        <p key={`${field} ${detail}`} class="wrong">
          <strong>{fix}</strong> {detail}
        </p>
      ))}
      <table class="values">
        <tbody>
          {values.map(([slug, value]) => (
            <tr key={slug}>
              <th scope="row">{object.attributes.find((one) => one.slug === slug)?.label ?? slug}</th>
              <td>{changed.includes(slug) ? <ins>{told(object, slug, value)}</ins> : told(object, slug, value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** What would be written, which is what changes in bold; or why nothing would. */
export const ResultPane = ({ object, preview, troubles, isWrong }: ResultPaneProps) => {
  const { skipped, outcomes = [], items = [], verification, messageId } = preview ?? {}
  const of = (status: Outcome['status']) => outcomes.filter((one) => one.status === status).length
  return (
    <>
      <p role="status">
        {isWrong
          ? 'Nothing would be written: the delivery would fail.'
          : skipped
            ? `It would be skipped: ${skipped}.`
            : preview
              ? `Created: ${wholeNumber(of('created'))}, changed: ${wholeNumber(of('updated'))}, as they are: ${wholeNumber(of('unchanged'))}, refused: ${wholeNumber(of('refused'))}.`
              : ''}
      </p>
      {troubles.map(({ field, detail, fix }) => (
        <p key={`${field} ${detail}`} class="wrong">
          <strong>{fix}</strong> {field === null ? '' : `${field}: `}
          {detail}
        </p>
      ))}
      {!isWrong &&
        outcomes.map((outcome, i) => <Item key={outcome.index} object={object} item={items[i]} outcome={outcome} />)}
      {preview && !isWrong && (
        <p class="quiet">
          {messageId !== null && messageId !== undefined && `The message is ${messageId}. `}
          {verification?.verified
            ? 'It proves that it comes from the sender.'
            : `As it stands here it would be rejected: ${verification?.error?.detail ?? 'it proves nothing.'}`}
        </p>
      )}
    </>
  )
}
