import type { SqlValue } from './driver.ts'

/** Statements grow with the request, parameters are numbered as they come; the same value is one parameter. */
export class Parameters {
  readonly values: SqlValue[] = []
  add(value: SqlValue): string {
    const known = this.values.indexOf(value)
    return `?${known === -1 ? this.values.push(value) : known + 1}`
  }
}
