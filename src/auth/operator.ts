import { refuse } from '../engine/errors.ts'
import { bearerKey } from './bearer.ts'
import { hashSecret } from './secret.ts'

/** An operator's secret opens every tenant's creation, so a short one is not taken. */
const SHORTEST = 32

/**
 * Lets the operator of the deployment in: who knows OPERATOR_SECRET, sent as a bearer token. Hashes are compared, so the
 * time that it takes says nothing of the secret.
 * @throws RefusedError missing_credentials, invalid_credentials
 */
export const requireOperator = async (headers: Headers, operatorSecret: string): Promise<void> => {
  const [sent] = bearerKey(headers).secrets
  const [shown, expected] = await Promise.all([hashSecret(sent.value), hashSecret(operatorSecret)])
  if (operatorSecret.length < SHORTEST || shown !== expected) throw refuse('invalid_credentials')
}
