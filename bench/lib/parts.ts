import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'

/** A large object: parts with a unique code, a serial that is text, and thirteen notes; about 500 bytes each. */

const SEEDED_AT_ONCE = 50_000
const NOTES = Array.from({ length: 13 }, (_, i) => `note_${i}`)

/** Records as the program writes them, in chunks of one statement each. */
const seed = async (driver: SqlDriver, organizationId: string, count: number): Promise<void> => {
  const notes = NOTES.map((slug) => `, '${slug}', json_array('a note of the record ' || i)`).join('')
  for (let from = 0; from < count; from += SEEDED_AT_ONCE) {
    const id = `'01900000-' || printf('%04x', i / 65536) || '-7000-8000-' || printf('%012d', i)`
    await driver.batch([
      {
        sql: `
WITH RECURSIVE n (i) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < CAST(?3 AS INTEGER))
INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
SELECT ?1, 'parts', ${id}, json_object('code', json_array('c' || i), 'serial', json_array(printf('%08x', (i * 2654435761) % 4294967296) || i)${notes}),
  1, 1, 1, NULL, 'operator', 'operator', '[]' FROM n`,
        params: [organizationId, from, Math.min(from + SEEDED_AT_ONCE, count)],
      },
      {
        sql: `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT organization_id, object, 'code', data ->> '$.code[0]', '', id, NULL FROM records
WHERE organization_id = ?1 AND object = 'parts' AND id >= ${id.replaceAll(/\bi\b/g, 'CAST(?2 AS INTEGER)')}`,
        params: [organizationId, from],
      },
    ])
  }
}

/** An organisation with so many parts, and a key of it that may do everything. */
export const preparedParts = async (
  driver: SqlDriver,
  count: number,
): Promise<{ readonly organizationId: string; readonly token: string }> => {
  const { value: organizationId } = await createOrganization(driver, { name: 'Parts' })
  const operator = administration(asOperator(driver, organizationId))
  await operator.createObject({ slug: 'parts', singularName: 'Part', pluralName: 'Parts' })
  await operator.addAttribute('parts', { label: 'Code', type: 'text', unique: true })
  for (const label of ['Serial', ...NOTES.map((slug) => slug.replace('_', ' '))])
    await operator.addAttribute('parts', { label, type: 'text' })
  await seed(driver, organizationId, count)
  const { secret } = await operator.issueCredential({
    kind: 'key',
    name: 'b',
    scopes: ['crm:read', 'crm:write', 'admin'],
  })
  return { organizationId, token: secret }
}
