import {
  AbortError,
  type BatchResult,
  driverError,
  NoDatabaseError,
  type SqlDriver,
  type Statement,
  UnavailableError,
  UpgradingError,
} from '../driver.ts'
import type { ObjectAnswer, OrganizationDatabase } from './durable-object.ts'
import { platformPasses } from './faults.ts'

export interface ObjectDriverOptions {
  /** Only administration makes databases: a request that merely claims to be of an organisation must not. */
  readonly mayCreate: boolean
}

/** The database of one organisation in its own Durable Object: one RPC per batch. */
export const objectDriver = (
  namespace: DurableObjectNamespace<OrganizationDatabase>,
  organizationId: string,
  { mayCreate }: ObjectDriverOptions,
): SqlDriver => {
  const id = namespace.idFromName(organizationId)
  return {
    async batch(statements: readonly Statement[]): Promise<BatchResult> {
      const started = performance.now()
      let answer: ObjectAnswer
      try {
        answer = (await namespace.get(id).batch(statements, mayCreate)) as ObjectAnswer
      } catch (error) {
        throw driverError(error, platformPasses)
      }
      if ('absent' in answer) throw new NoDatabaseError('The organisation has no Durable Object')
      if ('refused' in answer) throw new AbortError(answer.refused)
      if ('upgrading' in answer) throw new UpgradingError(answer.upgrading)
      if ('unavailable' in answer) throw new UnavailableError(answer.unavailable)
      if ('failed' in answer) throw new Error(answer.failed)
      return { results: answer.results, milliseconds: performance.now() - started }
    },
  }
}
