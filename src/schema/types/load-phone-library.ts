import { keepPhoneLibrary, type PhoneLibrary } from './phone-library.ts'

/** @returns the library, now loaded for good */
export const loadPhoneLibrary = async (): Promise<PhoneLibrary> => keepPhoneLibrary(await import('./e164.ts'))
