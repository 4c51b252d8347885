/**
 * Views and triggers of the program end in the hash of its text. So a Worker can only ever meet the very program that it
 * was built with: on a database that has another one there is no such view, and the answer is `upgrading`.
 */

/** Stands in SQL for the name of a view or trigger of the program. */
export const placeholder = (name: string): string => `@${name}@`

/** Puts the names of one program in place of the placeholders. */
export const named = (sql: string, hash: string): string =>
  sql.replace(/@(\w+)@/g, (_, name: string) => `${name}_${hash}`)

/** Whether an error is about a view of a program that the database does not have, or not any more. */
export const isOtherProgram = (message: string): boolean =>
  /no such table: (?:main\.)?(?:assert|guard|record_answers|folding)_[0-9a-f]{8}\b/.test(message)
