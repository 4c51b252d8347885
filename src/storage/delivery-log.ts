import { problem } from '../engine/errors.ts'
import type { AssertAnswer, AssertBatch } from '../engine/store.ts'
import type { DeliveryLog, DeliveryStore, NewDelivery } from '../hooks/delivery.ts'
import {
  claimNothing,
  explainRun,
  insertRun,
  keptFor,
  keyOf,
  noteRejection,
  noteRun,
  pauseFailing,
  releaseOwn,
  selectWritten,
  settle,
} from './delivery-sql.ts'
import type { SqlDriver } from './driver.ts'
import { guarded, signalOf } from './guarded.ts'
import { keptAnswer } from './program/answer.ts'
import { assertStatements } from './program/statement.ts'
import { recordStore } from './record-store.ts'

const deliveryStore = (driver: SqlDriver, delivery: NewDelivery): DeliveryStore => {
  let holder: string | undefined
  return {
    ...recordStore(driver),
    heldBy: () => holder,
    async assert(batch: AssertBatch): Promise<AssertAnswer> {
      const { organizationId, items, now } = batch
      const idempotency = { key: keyOf(delivery), fingerprint: delivery.id }
      const written = assertStatements({ ...batch, idempotency, dataBytes: 0 })
      const before = delivery.again ? [releaseOwn(organizationId, delivery)] : []
      const { results } = await driver
        .batch([
          ...before,
          ...written,
          keptFor(organizationId, delivery),
          insertRun(organizationId, delivery, now, items.length < delivery.items),
          ...settle(organizationId, delivery, now),
        ])
        .catch((error: unknown) => {
          throw signalOf(error)
        })
      const kept = results[before.length + written.length]?.rows ?? []
      const answer = keptAnswer(kept, new Map(items.map(({ position, item }) => [position, item])))
      holder = answer.fingerprint
      // Written before, by whichever run: its items may be others than those of now, and a move leaves old ones behind.
      return answer.replayed || answer.items.length === 0 ? { ...answer, items: [], replayed: true } : answer
    },
  }
}

/** The log in the organisation's own database. */
export const deliveryLog = (driver: SqlDriver): DeliveryLog => ({
  storeFor: (delivery) => deliveryStore(driver, delivery),
  async skip(scope, delivery, why) {
    const { organizationId } = scope
    const claim = claimNothing(organizationId, delivery, 'skipped', Date.now())
    const noted = noteRun(organizationId, delivery, 'skipped', [
      { item: null, problem: problem('not_wanted', undefined, why) },
    ])
    const { results } = await guarded(driver, scope).batch([...claim, noted])
    return String(results[claim.length]?.rows[0]?.id ?? delivery.id)
  },
  async fail(scope, delivery, problems, isLogged) {
    const { organizationId } = scope
    const now = Date.now()
    const claim = claimNothing(organizationId, delivery, 'failed', now)
    const noted = isLogged
      ? explainRun(organizationId, delivery, problems)
      : [noteRun(organizationId, delivery, 'failed', problems)]
    const { results } = await guarded(driver, scope).batch([
      ...claim,
      ...noted,
      ...pauseFailing(organizationId, delivery.hookId, now),
    ])
    const told = results.slice(claim.length, claim.length + noted.length).flatMap(({ rows }) => rows)
    const paused = results[claim.length + noted.length]
    return { id: String(told[0]?.id ?? delivery.id), isPaused: (paused?.rows.length ?? 0) > 0 }
  },
  async isWritten(scope, hookId, id) {
    const { results } = await guarded(driver, scope).batch([selectWritten(scope.organizationId, hookId, id)])
    return (results[0]?.rows.length ?? 0) > 0
  },
  async reject(scope, rejection) {
    await guarded(driver, scope).batch([noteRejection(scope.organizationId, rejection)])
  },
})
