import { problem, RefusedError } from '../engine/errors.ts'
import { AbortError, type Statement } from '../storage/driver.ts'
import type { CurrentOrganization } from './authority.ts'

/** A change of the schema that decides which keys the records have. */
export interface Rekeying {
  /** Slug of the attribute, or name of the combination. */
  readonly field: string
  /** The change, and the keys of all records as it wants them. */
  readonly statements: readonly Statement[]
  /** Finds the values that several records share; absent where they may. */
  readonly duplicates?: Statement
}

const SHOWN_RECORDS = 10

/** @throws RefusedError not_unique, listing each value that several records share, if the statement finds any */
const refuseDuplicates = async ({ driver }: CurrentOrganization, { duplicates, field }: Rekeying): Promise<void> => {
  if (!duplicates) return
  const { results } = await driver.batch([duplicates])
  const rows = results[0]?.rows ?? []
  if (rows.length === 0) return
  const conflicts = rows.flatMap((row) =>
    (JSON.parse(row.record_ids as string) as string[])
      .slice(0, SHOWN_RECORDS)
      .map((recordId) => ({ field, value: String(row.value), recordId })),
  )
  const values = rows.map((row) => String(row.value)).join(', ')
  throw new RefusedError({ problems: [problem('not_unique', field, values)], conflicts })
}

/** Changes the schema and the keys with it, in one transaction. @throws RefusedError not_unique with the duplicates */
export const rekey = async (current: CurrentOrganization, rekeying: Rekeying): Promise<void> => {
  await refuseDuplicates(current, rekeying)
  try {
    await current.change(rekeying.statements)
  } catch (error) {
    // A record written between the check and the change brought a duplicate: say which.
    if (error instanceof AbortError) await refuseDuplicates(current, rekeying)
    throw error
  }
}
