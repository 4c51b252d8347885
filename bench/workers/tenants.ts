import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import type { Env } from '../../src/env.ts'
import { tenancyOf } from '../../src/tenancy.ts'
import product from '../../src/worker.ts'

export { OrganizationDatabase } from '../../src/worker.ts'

/** The product as it is, and beside it what an operator's command does: make an organisation in an object of its own. */

const createTenant = async (env: Env): Promise<Response> => {
  const id = crypto.randomUUID()
  const driver = tenancyOf(env).places.create(id)
  await createOrganization(driver, { id, name: 'Benchmark' })
  const key = { kind: 'key', name: 'benchmark', scopes: ['crm:read', 'crm:write'] } as const
  return new Response((await administration(asOperator(driver, id)).issueCredential(key)).secret)
}

export default {
  fetch: (request, env, context) =>
    new URL(request.url).pathname === '/bench/tenant' ? createTenant(env) : product.fetch(request, env, context),
} satisfies ExportedHandler<Env>
