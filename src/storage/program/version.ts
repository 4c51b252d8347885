// Made by scripts/build-program.ts. Do not edit.

/** Hash of the assert program that this build runs. */
export const PROGRAM = '2c33ea84'
