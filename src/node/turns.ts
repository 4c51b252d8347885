/**
 * Lets only so many pieces of work begin in one turn of the event loop. The others begin in the turns that follow, in
 * their order, so that between them the loop goes round: answers are sent, and whoever need not wait does not.
 * @returns runs a piece of work, now or in its turn
 */
export const turns = (perTurn: number): ((begin: () => void) => void) => {
  const waiting: (() => void)[] = []
  let begun = 0
  let isScheduled = false

  const schedule = () => {
    if (isScheduled) return
    isScheduled = true
    setImmediate(nextTurn)
  }

  const nextTurn = () => {
    isScheduled = false
    begun = 0
    for (const begin of waiting.splice(0, perTurn)) {
      begun++
      begin()
    }
    if (begun > 0) schedule()
  }

  return (begin) => {
    schedule()
    if (begun >= perTurn || waiting.length > 0) {
      waiting.push(begin)
      return
    }
    begun++
    begin()
  }
}
