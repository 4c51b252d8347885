import { problem } from '../engine/errors.ts'
import type { AssertAnswer, AssertBatch } from '../engine/store.ts'
import type { Delivery, DeliveryLog, DeliveryStore, NewDelivery } from '../hooks/delivery.ts'
import { deliveryOf } from './delivery-rows.ts'
import {
  claimNothing,
  explainRun,
  insertRun,
  keyOf,
  noteRejection,
  noteRun,
  pauseFailing,
  releaseOwn,
  settle,
} from './delivery-sql.ts'
import type { SqlDriver } from './driver.ts'
import { guarded, signalOf } from './guarded.ts'
import { keptAnswer } from './program/answer.ts'
import { assertStatements } from './program/statement.ts'
import { recordStore, replayStatement } from './record-store.ts'

const deliveryStore = (driver: SqlDriver, delivery: NewDelivery): DeliveryStore => {
  let logged: Delivery | undefined
  return {
    ...recordStore(driver),
    logged: () => logged,
    async assert(batch: AssertBatch): Promise<AssertAnswer> {
      const { organizationId, items, now } = batch
      const idempotency = { key: keyOf(delivery), fingerprint: delivery.id }
      const written = assertStatements({ ...batch, idempotency, dataBytes: 0 })
      const before = delivery.again ? [releaseOwn(organizationId, delivery)] : []
      const { results } = await driver
        .batch([
          ...before,
          ...written,
          replayStatement(organizationId, idempotency.key),
          insertRun(organizationId, delivery, items.length < delivery.items),
          ...settle(organizationId, delivery, now),
        ])
        .catch((error: unknown) => {
          throw signalOf(error)
        })
      const [kept, , , holders] = results.slice(before.length + written.length)
      const [holder] = holders?.rows ?? []
      logged = holder && deliveryOf(holder)
      const answer = keptAnswer(kept?.rows ?? [], new Map(items.map(({ position, item }) => [position, item])))
      return { ...answer, replayed: answer.fingerprint !== delivery.id }
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
    return String(results[claim.length]?.rows[0]?.id)
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
    const [first, paused] = [results[claim.length], results[claim.length + noted.length]]
    return { id: String(first?.rows[0]?.id ?? delivery.id), isPaused: (paused?.rows.length ?? 0) > 0 }
  },
  async reject(scope, rejection) {
    await guarded(driver, scope).batch([noteRejection(scope.organizationId, rejection)])
  },
})
