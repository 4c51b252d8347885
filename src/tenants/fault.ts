import { RefusedError } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { NoDatabaseError, UnavailableError } from '../storage/driver.ts'
import { MissingFileError, PlaceError } from './place.ts'

/** What keeps an organisation from being asked or told. */

export const isNotFound = (error: unknown): boolean => error instanceof RefusedError && error.message === 'not_found'

/** What kept an organisation from being told, without addresses and secrets. @throws whatever it answers itself */
export const faultIn = (error: unknown): string => {
  if (isNotFound(error)) return 'no organisation there'
  if (error instanceof RefusedError || error instanceof StaleError) throw error
  if (error instanceof MissingFileError) return 'there is no file'
  if (error instanceof PlaceError) return 'this deployment cannot open it'
  if (error instanceof NoDatabaseError) return 'there is none'
  return error instanceof UnavailableError ? 'no answer' : 'no answer that can be used'
}

/** What it answers, or why it does not. @throws whatever it refuses itself */
export const orFault = async <T>(work: () => Promise<T>): Promise<{ readonly value?: T; readonly fault?: string }> => {
  try {
    return { value: await work() }
  } catch (error) {
    return { fault: faultIn(error) }
  }
}
