import { useSignal } from '@preact/signals'
import { type Attribute, attributesOf, type ObjectSchema } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import { actorName } from '../../values/actor.ts'
import type { StoredRecord } from '../../values/known.ts'
import { time } from '../../values/locale.ts'
import { Value } from '../../values/shown.tsx'
import { CellEditor } from '../cells/cell-editor.tsx'

export interface ValuesProps {
  readonly object: ObjectSchema
  readonly record: StoredRecord
  readonly onWritten: () => void
}

interface GroupProps {
  readonly title: string
  readonly attributes: readonly Attribute[]
  readonly record: StoredRecord
  readonly onEdit?: (attribute: Attribute) => void
}

const Group = ({ title, attributes, record, onEdit }: GroupProps) => (
  <section>
    <h2 class="part">{title}</h2>
    <table class="values">
      <tbody>
        {attributes.map((attribute) => (
          <tr key={attribute.slug}>
            <th scope="row">{attribute.label}</th>
            <td>
              <Value attribute={attribute} value={record.values[attribute.slug]} />
            </td>
            <td class="right">
              {onEdit && (
                <button
                  type="button"
                  class="bare narrow"
                  aria-label={`Edit ${attribute.label}`}
                  onClick={() => onEdit(attribute)}
                >
                  Edit
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

const System = ({ record }: { readonly record: StoredRecord }) => (
  <section>
    <h2 class="part">System</h2>
    <table class="values">
      <tbody>
        <tr>
          <th scope="row">Id</th>
          <td>
            <code>{record.id}</code>
          </td>
        </tr>
        <tr>
          <th scope="row">Version</th>
          <td>{record.version}</td>
        </tr>
        <tr>
          <th scope="row">Created</th>
          <td>
            {time(record.createdAt)} by {actorName(record.createdBy)}
          </td>
        </tr>
        <tr>
          <th scope="row">Changed</th>
          <td>
            {time(record.updatedAt)} by {actorName(record.updatedBy)}
          </td>
        </tr>
        {record.archivedAt && (
          <tr>
            <th scope="row">Archived</th>
            <td>{time(record.archivedAt)}</td>
          </tr>
        )}
      </tbody>
    </table>
  </section>
)

/** What the record holds: standard attributes, the organisation's own, and what the system keeps. */
export const Values = ({ object, record, onWritten }: ValuesProps) => {
  const showsAll = useSignal(false)
  const edited = useSignal<Attribute | undefined>(undefined)
  const shown = attributesOf(object).filter(({ slug }) => showsAll.value || record.values[slug] !== undefined)
  const groups = [
    { title: 'Standard', attributes: shown.filter(({ standard }) => standard) },
    { title: 'Own', attributes: shown.filter(({ standard }) => !standard) },
  ]
  const onEdit = (attribute: Attribute) => {
    edited.value = attribute
  }
  return (
    <>
      {groups.map(
        ({ title, attributes }) =>
          attributes.length > 0 && (
            <Group
              key={title}
              title={title}
              attributes={attributes}
              record={record}
              {...(may('crm:write') && { onEdit })}
            />
          ),
      )}
      <button
        type="button"
        aria-pressed={showsAll.value}
        onClick={() => {
          showsAll.value = !showsAll.value
        }}
      >
        {showsAll.value ? 'Only what is set' : 'Show what is not set, too'}
      </button>
      <System record={record} />
      {edited.value && (
        <CellEditor
          record={record}
          attribute={edited.value}
          onDone={(written) => {
            edited.value = undefined
            if (written) onWritten()
          }}
        />
      )}
    </>
  )
}
