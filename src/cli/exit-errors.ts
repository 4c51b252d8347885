/** Ends commands with an exit code that says more than that they failed, which is 1. docs/importing.md tells them. */

/** It was called in a way in which it cannot begin. */
export const WRONG_USAGE = 2

/** It came to its end, and something is not as it was asked for. */
export const SOME_LEFT = 3

/** Nothing is archived, since a rule stands against it. */
export const STOPPED = 4

export abstract class ExitError extends Error {
  abstract readonly exitCode: number
}

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
