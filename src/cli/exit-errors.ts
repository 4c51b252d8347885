/** Ends a command with an exit code that says more than that it failed. */
export abstract class ExitError extends Error {
  abstract readonly exitCode: number
}

export const WRONG_USAGE = 2

/** A command was called in a way in which it cannot begin: nothing was done. */
export class UsageError extends ExitError {
  override readonly name = 'UsageError'
  readonly exitCode = WRONG_USAGE
}

/** Somebody has ended it. As shells have it: 128 and the number of the signal. */
export class InterruptedError extends ExitError {
  override readonly name = 'InterruptedError'
  readonly exitCode: number

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('Interrupted.')
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}
