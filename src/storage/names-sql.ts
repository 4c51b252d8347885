import type { Names, Naming } from '../engine/readable.ts'
import type { Statement, StatementResult } from './driver.ts'

/** What records and members are called by: `{id, name}` of those that are there. Of a list it is the first value. */
export const namesStatement = (organizationId: string, naming: Naming): Statement => {
  const ids = JSON.stringify(naming.ids)
  if (naming.of === 'members')
    return {
      sql: `SELECT m.id, m.name FROM json_each(?2) i CROSS JOIN members m ON m.organization_id = ?1 AND m.id = i.value`,
      params: [organizationId, ids],
    }
  const shown = '(r.data -> ?4)'
  return {
    sql: `
SELECT r.id, iif(json_type(${shown}) = 'array', ${shown} ->> 0, r.data ->> ?4) AS name
FROM json_each(?2) i CROSS JOIN records r ON r.organization_id = ?1 AND r.object = ?3 AND r.id = i.value`,
    params: [organizationId, ids, naming.object, `$."${naming.attribute ?? ''}"[0]`],
  }
}

export const namesOf = (rows: StatementResult['rows']): Names =>
  new Map(rows.map(({ id, name }) => [id as string, name === null ? (id as string) : String(name)]))
