import { signal } from '@preact/signals'

/** Which records something is to be done to: some, each picked, or all that the filter finds. */
export class Selection {
  readonly ids = signal<ReadonlySet<string>>(new Set())
  readonly isAll = signal(false)

  has(id: string): boolean {
    return this.isAll.value || this.ids.value.has(id)
  }

  toggle(id: string): void {
    const ids = new Set(this.isAll.peek() ? [] : this.ids.peek())
    if (!ids.delete(id)) ids.add(id)
    this.isAll.value = false
    this.ids.value = ids
  }

  /** Those that are in sight of the list. */
  pick(ids: readonly string[]): void {
    this.isAll.value = false
    this.ids.value = new Set(ids)
  }

  pickAll(): void {
    this.isAll.value = true
  }

  clear(): void {
    this.pick([])
  }
}
