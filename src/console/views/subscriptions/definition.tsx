import { type Signal, useSignal } from '@preact/signals'
import type { components } from '../../../client/index.ts'
import { Several } from '../../parts/choice.tsx'
import { linesIn, TextField } from '../../parts/text-field.tsx'
import { titlesOfObjects } from '../../schema/objects.ts'

/** What a subscription is told, as somebody types it: the same of a new one and of one that is changed. */

export type Subscription = components['schemas']['Subscription']
type Action = components['schemas']['ToldAction']

const actions: Readonly<Record<Action, string>> = {
  created: 'created',
  updated: 'updated',
  archived: 'archived',
  restored: 'restored',
  erased: 'erased',
  merged: 'merged into another one',
  separated: 'separated again',
  history_changed: 'the history was switched on or off',
  schema_changed: 'the schema has changed',
}

/** Those are of no record. */
const usual = (Object.keys(actions) as Action[]).filter((one) => one !== 'history_changed' && one !== 'schema_changed')

export interface Typed {
  readonly name: Signal<string>
  readonly url: Signal<string>
  readonly objects: Signal<readonly string[]>
  readonly actions: Signal<readonly Action[]>
  readonly attributes: Signal<string>
}

export const useTyped = (one?: Subscription): Typed => ({
  name: useSignal(one?.name ?? ''),
  url: useSignal(one?.url ?? ''),
  objects: useSignal<readonly string[]>(one?.objects ?? []),
  actions: useSignal<readonly Action[]>(one?.actions ?? usual),
  attributes: useSignal(one?.attributes.join('\n') ?? ''),
})

export const typedDefinition = ({ name, url, objects, actions, attributes }: Typed) => ({
  name: name.value,
  url: url.value,
  objects: [...objects.value],
  actions: [...actions.value],
  attributes: [...linesIn(attributes.value)],
})

export const DefinitionForm = ({ typed }: { readonly typed: Typed }) => (
  <>
    <TextField label="Name" text={typed.name} required isFirst placeholder="Warehouse" />
    <TextField
      label="Address that is told (https)"
      text={typed.url}
      required
      placeholder="https://receiver.example/changes"
    />
    <Several label="Only changes of (none chosen: of all objects)" values={typed.objects} options={titlesOfObjects()} />
    <Several label="Told when a record is, or when" values={typed.actions} options={actions} />
    <TextField
      label="Of updates only those of these attributes, one a line (empty: all)"
      text={typed.attributes}
      rows={2}
      placeholder="emails"
    />
  </>
)
