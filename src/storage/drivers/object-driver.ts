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
import { MigrationError } from '../migrations.ts'
import type { ObjectAnswer, OrganizationDatabase } from './durable-object.ts'
import { platformPasses } from './faults.ts'

export interface ObjectPlacement {
  /** Cloudflare's word for a region: where the object is made. */
  readonly locationHint?: DurableObjectLocationHint
  /** The border that its data does not leave. Objects of one name in two jurisdictions are two objects. */
  readonly jurisdiction?: DurableObjectJurisdiction
}

export interface ObjectDriverOptions extends ObjectPlacement {
  /** Only administration makes databases: a request that merely claims to be of an organisation must not. */
  readonly mayCreate: boolean
}

type Namespace = DurableObjectNamespace<OrganizationDatabase>

/**
 * Gives a stub of the object, for what is no batch. A new one each time: one that was broken once stays broken.
 * @throws Error where the platform has no such jurisdiction
 */
export const objectOf = (
  namespace: Namespace,
  organizationId: string,
  { locationHint, jurisdiction }: ObjectPlacement,
) => {
  const within = jurisdiction ? namespace.jurisdiction(jurisdiction) : namespace
  const id = within.idFromName(organizationId)
  return () => within.get(id, locationHint && { locationHint })
}

/** The database of one organisation in its own Durable Object: one RPC per batch. */
export const objectDriver = (
  namespace: Namespace,
  organizationId: string,
  { mayCreate, ...placement }: ObjectDriverOptions,
): SqlDriver => {
  const stub = objectOf(namespace, organizationId, placement)
  return {
    async batch(statements: readonly Statement[]): Promise<BatchResult> {
      const started = performance.now()
      let answer: ObjectAnswer
      try {
        answer = (await stub().batch(statements, mayCreate)) as ObjectAnswer
      } catch (error) {
        throw driverError(error, platformPasses)
      }
      if ('unmigrated' in answer)
        throw new MigrationError(answer.unmigrated, `${answer.because} (object of ${organizationId})`)
      if ('absent' in answer) throw new NoDatabaseError('The organisation has no Durable Object')
      if ('refused' in answer) throw new AbortError(answer.refused)
      if ('upgrading' in answer) throw new UpgradingError(answer.upgrading)
      if ('unavailable' in answer) throw new UnavailableError(answer.unavailable)
      if ('failed' in answer) throw new Error(answer.failed)
      return { results: answer.results, milliseconds: performance.now() - started }
    },
  }
}
