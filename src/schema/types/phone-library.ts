/**
 * What is known of the world's numbering plans is large, and most requests hold no phone number: so it is loaded when the
 * first one comes, and no sooner. Parsing is synchronous everywhere; whoever finds the library missing throws, and the
 * one place where work is tried again (engine/session.ts) loads it and runs the work once more. How it is loaded is told
 * elsewhere (load-phone-library.ts): what only parses, as a browser does, comes without it.
 */
export type PhoneLibrary = typeof import('./e164.ts')

let library: PhoneLibrary | undefined

/** Has it for good. */
export const keepPhoneLibrary = (loaded: PhoneLibrary): PhoneLibrary => {
  library = loaded
  return loaded
}

/** Thrown where the library has to be loaded first: load it, and do the same again. */
export class NotLoadedError extends Error {
  constructor() {
    super('What is known of phone numbers is not loaded yet')
  }
}

/** @throws NotLoadedError at its first use */
export const phoneLibrary = (): PhoneLibrary => {
  if (!library) throw new NotLoadedError()
  return library
}
