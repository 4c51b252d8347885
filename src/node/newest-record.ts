import type { SqlDriver } from '../storage/driver.ts'

/** Seeks once for each object that has records: no record is read, however many there are. */
const NEWEST = `
WITH RECURSIVE filled (organization_id, object) AS (
  SELECT o.id, (SELECT min(r.object) FROM records r WHERE r.organization_id = o.id) FROM organizations o
  UNION ALL
  SELECT f.organization_id, (
    SELECT min(r.object) FROM records r WHERE r.organization_id = f.organization_id AND r.object > f.object)
  FROM filled f WHERE f.object IS NOT NULL
)
SELECT max((SELECT max(r.id) FROM records r WHERE r.organization_id = f.organization_id AND r.object = f.object)) AS id
FROM filled f WHERE f.object IS NOT NULL`

/** @returns the greatest id of any record in the database; undefined when there is none */
export const newestRecordId = async (driver: SqlDriver): Promise<string | undefined> => {
  const { results } = await driver.batch([{ sql: NEWEST, params: [] }], { readOnly: true })
  return (results[0]?.rows[0]?.id as string | null | undefined) ?? undefined
}
