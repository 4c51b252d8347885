import { address, changeQuery } from '../../frame/address.ts'
import { Parts, partInAddress } from '../../parts/parts.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { objectNamed, objects, objectsError, objectsQuestion, readObjects } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import { AddObject } from './add-object.tsx'
import { Attributes } from './attributes.tsx'
import { Combinations } from './combinations.tsx'
import { Document } from './document.tsx'

const parts = [
  { name: 'attributes', title: 'Attributes', scope: 'crm:read' },
  { name: 'document', title: 'As a document', scope: 'admin' },
] as const

/** Objects and their attributes: as a table of each, or all of it as one document. */
export const Schema = () => {
  const allowed = parts.filter(({ scope }) => may(scope))
  const object = objectNamed(address.value.query.object ?? '') ?? objects.value[0]
  return (
    <>
      <header class="bar">
        <h1>Schema</h1>
        <RequestBox of="the schema" question={objectsQuestion()} />
      </header>
      <Problem error={objectsError.value} onAgain={() => void readObjects()} />
      <Parts label="Parts of the schema" parts={allowed} />
      {partInAddress(allowed) === 'attributes' && object && (
        <>
          <div class="bar">
            <select
              aria-label="Object"
              value={object.slug}
              onChange={(event) => changeQuery({ object: event.currentTarget.value })}
            >
              {objects.value.map(({ slug, pluralName }) => (
                <option key={slug} value={slug}>
                  {pluralName}
                </option>
              ))}
            </select>
            {may('admin') && <AddObject />}
          </div>
          <Attributes key={object.slug} object={object} />
          <Combinations key={`${object.slug} together`} object={object} />
        </>
      )}
      {partInAddress(allowed) === 'document' && <Document />}
    </>
  )
}
