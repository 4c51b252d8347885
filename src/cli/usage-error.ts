/** A command was called in a way in which it cannot begin: nothing was done, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
