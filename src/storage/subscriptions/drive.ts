import type { SecretBox } from '../../hooks/secret-box.ts'
import { openSecrets } from '../../subscriptions/secrets.ts'
import type { Outbox } from '../../subscriptions/sending.ts'
import type { SqlDriver } from '../driver.ts'
import { type DeliverOptions, runSubscriptions } from './run.ts'

/** What sends with the secrets of a deployment. */
export const delivering = (outbox: Outbox, box: SecretBox): Pick<DeliverOptions, 'outbox' | 'openSecrets'> => ({
  outbox,
  openSecrets: (organizationId, subscription, now) => openSecrets(box, organizationId, subscription, now),
})

export interface DriveOptions extends Pick<DeliverOptions, 'outbox' | 'openSecrets' | 'stopping'> {
  /** For how long at a time, in milliseconds; absent: for as long as anything is to be tried again. */
  readonly forMs?: number | undefined
}

const aborted = (signal: AbortSignal | undefined) =>
  new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))

/** Node gives a timer that can be told to keep no process alive; Workers give a number. */
const letGo = (timer: unknown) => {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref()
}

/** The longest that timers can count; whoever waits so long looks once more. */
const LONGEST_MS = 2 ** 31 - 1

/** One organisation that is being driven. */
class Driving {
  #isNudged = false
  #wake: () => void = () => {}

  nudge(): void {
    this.#isNudged = true
    this.#wake()
  }

  /** @returns whether something was told since it was asked last */
  takeNudge(): boolean {
    const was = this.#isNudged
    this.#isNudged = false
    return was
  }

  async sleep(ms: number, stopping: AbortSignal | undefined): Promise<void> {
    if (this.#isNudged) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const waiting = new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, Math.min(ms, LONGEST_MS))
      letGo(timer)
    })
    await Promise.race([waiting, ...(stopping ? [aborted(stopping)] : [])])
    clearTimeout(timer)
  }
}

/**
 * Drives the subscriptions of organisations behind the answers of requests, each organisation once at a time; a change
 * that comes meanwhile is sent by who drives already.
 * @param connect the database of an organisation, for work that belongs to no request
 */
export const subscriptionDrive = (
  connect: (organizationId: string) => SqlDriver,
  { forMs, ...options }: DriveOptions,
) => {
  const driven = new Map<string, { readonly driving: Driving; readonly done: Promise<void> }>()
  const { stopping } = options

  const drive = async (organizationId: string, driving: Driving): Promise<void> => {
    const until = forMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + forMs
    const driver = connect(organizationId)
    for (;;) {
      driving.takeNudge()
      const next = await runSubscriptions(driver, { ...options, organizationId, until })
      if (stopping?.aborted || Date.now() >= until) return
      if (driving.takeNudge()) continue
      if (next === undefined || next >= until) return
      await driving.sleep(Math.max(1, next - Date.now()), stopping)
    }
  }

  return (organizationId: string): Promise<void> => {
    const known = driven.get(organizationId)
    if (known) {
      known.driving.nudge()
      return known.done
    }
    const driving = new Driving()
    const done = drive(organizationId, driving)
      .catch((error: unknown) => {
        // Whoever writes next, and the upkeep, go on from where it is.
        console.error('Subscriptions could not go on', error)
      })
      .finally(() => driven.delete(organizationId))
    driven.set(organizationId, { driving, done })
    return done
  }
}
