/** Wakes whoever waits for something to do. */

/** Node gives a timer that can be told to keep no process alive; Workers give a number. */
const letGo = (timer: unknown) => {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref()
}

/** The longest that timers can count; whoever waits so long looks once more. */
const LONGEST_MS = 2 ** 31 - 1

export class Bell {
  #isRung = false
  #wake: () => void = () => {}

  ring(): void {
    this.#isRung = true
    this.#wake()
  }

  get isRung(): boolean {
    return this.#isRung
  }

  /** Whatever was rung for until now is about to be looked at. */
  heard(): void {
    this.#isRung = false
  }

  /**
   * @param others settle it as well
   * @param ms undefined: until it is rung, or one of the others settles
   */
  async wait(others: readonly Promise<unknown>[], ms: number | undefined): Promise<void> {
    if (this.#isRung) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const rung = new Promise<void>((resolve) => {
      this.#wake = resolve
      if (ms === undefined) return
      timer = setTimeout(resolve, Math.min(ms, LONGEST_MS))
      letGo(timer)
    })
    await Promise.race([rung, ...others])
    clearTimeout(timer)
  }
}
