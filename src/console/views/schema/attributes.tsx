import { useSignal } from '@preact/signals'
import { hrefOf } from '../../frame/address.ts'
import { type Attribute, type ObjectSchema, objects, readObjects } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import { AddAttribute } from './add-attribute.tsx'
import { ChangeAttribute } from './change-attribute.tsx'

/** Relations that lead to the object, by the attributes that hold them. */
const usedBy = ({ slug }: ObjectSchema): readonly string[] =>
  objects.value.flatMap((one) =>
    one.attributes
      .filter(({ related }) => related === slug)
      .map((attribute) => `${one.pluralName} › ${attribute.label}`),
  )

const typeIn = ({ type, multiple, related }: Attribute): string =>
  [multiple ? 'list of' : '', type.replace('_', ' '), related === null ? '' : `to ${related}`].filter(Boolean).join(' ')

const keysIn = ({ unique, indexed, searchable }: Attribute): string =>
  [unique ? 'unique' : indexed ? 'indexed' : '', searchable ? 'searchable' : ''].filter(Boolean).join(', ')

const Row = ({ attribute, onChange }: { readonly attribute: Attribute; readonly onChange?: () => void }) => {
  const { slug, label, required, standard, archived, options, jobId } = attribute
  return (
    <tr class={archived ? 'quiet' : ''}>
      <th scope="row">{label}</th>
      <td>
        <code>{slug}</code>
      </td>
      <td>{typeIn(attribute)}</td>
      <td>
        {keysIn(attribute)}
        {jobId !== null && (
          <>
            {' '}
            <a href={hrefOf(['operate'], { part: 'jobs' })}>being made</a>
          </>
        )}
      </td>
      <td>{required ? 'required' : ''}</td>
      <td>
        {options
          .filter((option) => !option.archived)
          .map(({ value }) => value)
          .join(', ')}
      </td>
      <td>{archived ? 'archived' : standard ? 'standard' : 'own'}</td>
      <td>
        {onChange && (
          <button type="button" class="bare narrow" aria-label={`Change ${label}`} onClick={onChange}>
            Change…
          </button>
        )}
      </td>
    </tr>
  )
}

/** The attributes of an object: what they are, what finds records, and where the object is pointed at. */
export const Attributes = ({ object }: { readonly object: ObjectSchema }) => {
  const changed = useSignal<Attribute | undefined>(undefined)
  const mayChange = may('admin')
  const used = usedBy(object)
  return (
    <>
      <div class="bar">
        {mayChange && <AddAttribute object={object} />}
        <span class="quiet">{used.length > 0 ? `Pointed at by ${used.join(', ')}.` : 'No relation points at it.'}</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="wide" tabIndex={0} aria-label={`Attributes of ${object.pluralName}`}>
        <table>
          <thead>
            <tr>
              <th>Attribute</th>
              <th>Slug</th>
              <th>Type</th>
              <th>Finds records</th>
              <th>Required</th>
              <th>Options</th>
              <th>Kind</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {object.attributes.map((attribute) => (
              <Row
                key={attribute.slug}
                attribute={attribute}
                {...(mayChange && {
                  onChange: () => {
                    changed.value = attribute
                  },
                })}
              />
            ))}
          </tbody>
        </table>
      </section>
      {changed.value && (
        <ChangeAttribute
          object={object.slug}
          attribute={changed.value}
          onDone={(isChanged) => {
            changed.value = undefined
            if (isChanged) void readObjects()
          }}
        />
      )}
    </>
  )
}
