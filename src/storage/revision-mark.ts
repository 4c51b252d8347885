/** An operator's work that began before a freeze may raise the revision a little: it is the same organisation still. */
export const RAISED = 1_000

/**
 * The number that a row's revision begins with, and that an organisation's goes on from wherever it comes to stand: above
 * whatever anybody may remember, since no count of changes comes to the time of day in microseconds. No two rows anywhere are
 * given the same one or one close to it. So what was read of a tenant that is gone holds for no other of its id, and it tells
 * whether two databases are one.
 */
export const newMark = (above = 0): number =>
  Math.max(Date.now() * 1_000, above + RAISED) + Math.floor(Math.random() * 1_000)
