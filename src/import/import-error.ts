/** A file cannot be imported as it is, or not as was said of it: nothing has been sent. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
}
