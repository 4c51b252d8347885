/** How this process learns that it is to stop. */

const LOOK_MS = 250

/**
 * npm hands SIGTERM to the shell that it runs a script in. Some shells (Debian's dash) die of it and pass nothing on, and
 * whoever is left has another parent then.
 */
const whenShellDies = (stop: () => void) => {
  const parent = process.ppid
  const look = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(look)
    stop()
  }, LOOK_MS)
  look.unref()
}

/** Calls back once, for the first signal: at a terminal somebody waits, and SIGTERM is for who sends others meanwhile. */
export const onStop = (stop: (signal: 'SIGINT' | 'SIGTERM') => void): void => {
  let told = false
  const tell = (signal: 'SIGINT' | 'SIGTERM') => {
    if (told) return
    told = true
    stop(signal)
  }
  process.on('SIGINT', tell)
  process.on('SIGTERM', tell)
  if (process.env.npm_lifecycle_event !== undefined) whenShellDies(() => tell('SIGTERM'))
}
