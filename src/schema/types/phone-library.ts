/**
 * What is known of the world's numbering plans is large, and most requests hold no phone number: so it is loaded when the
 * first one comes, and no sooner. Parsing is synchronous everywhere; whoever finds the library missing throws, and the
 * one place where work is tried again (engine/session.ts) loads it and runs the work once more.
 */
type Library = typeof import('./e164.ts')

let library: Library | undefined

/** @returns the library, now loaded for good */
export const loadPhoneLibrary = async (): Promise<Library> => {
  library ??= await import('./e164.ts')
  return library
}

/** Thrown where something has to be loaded first: load it, and do the same again. */
export class NotLoadedError extends Error {
  readonly load: () => Promise<unknown>
  constructor(load: () => Promise<unknown>) {
    super('Not loaded yet')
    this.load = load
  }
}

/** @throws NotLoadedError at its first use */
export const phoneLibrary = (): Library => {
  if (!library) throw new NotLoadedError(loadPhoneLibrary)
  return library
}
