import type { OperatorSettings } from '../../src/auth/operator.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'

/** The operator of a deployment in tests. */

export const OPERATOR = 'operator-secret-of-at-least-32-characters'

export const operatorOf = (deployment: Deployment): OperatorSettings & { readonly deployment: Deployment } => ({
  secrets: [OPERATOR],
  allowlist: [],
  deployment,
})

/** Whether a path is for operators: no key opens it. */
export const isOperated = (path: string): boolean => /^\/v1\/(tenants|tenant-directory|operator-log)(\/|$)/.test(path)
