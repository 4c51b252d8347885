import { RefusedError } from '../../../engine/errors.ts'
import type { CommandsOf } from '../../../hooks/run-delivery.ts'
import { check } from '../../../http/json-body.ts'
import { commandInput, type ReadItem, readItem } from '../items.ts'

/** An item that a mapping has made, read as one of a batch: what no request may hold, none may come to either. */
export const readMapped = (mapped: unknown): ReadItem => {
  if (mapped instanceof RefusedError) return { item: {}, refused: mapped }
  try {
    check(mapped)
    return readItem(mapped)
  } catch (error) {
    if (error instanceof RefusedError) return { item: {}, refused: error }
    throw error
  }
}

/** Items as commands: what a hook writes is written as by `POST /v1/objects/{object}/records/batch`. */
export const commandsOf: CommandsOf = (organization, object, items) =>
  items.map((one) => commandInput(organization, object, readMapped(one)))
