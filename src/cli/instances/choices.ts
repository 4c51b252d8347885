import { z } from 'zod'

/** What the operator chooses for one instance; all the rest of its configuration comes from wrangler.toml. */

/** Stands in wrangler.toml and in a new instance until the database is made, whose id only the platform can tell. */
export const PLACEHOLDER_ID = '00000000-0000-0000-0000-000000000000'

/** What a version's own address on workers.dev leaves of a DNS label for the name of a Worker. */
const WORKER_NAME_LENGTH = 54

/** Names that a variable must not have, each with what to do instead. */
const notVariables: Readonly<Record<string, string>> = {
  TENANCY: 'is chosen by --tenancy',
  TENANTS: 'belongs to a deployment that reaches many databases; an instance has one of its own',
  OPERATOR_SECRET: 'is a secret: set it with "wrangler secret put", so that it stands in no file',
  HOOKS_KEY: 'is a secret: set it with "wrangler secret put", so that it stands in no file',
}

const variable = z.string().superRefine((name, context) => {
  const instead = Object.hasOwn(notVariables, name) ? notVariables[name] : undefined
  if (instead !== undefined) context.addIssue(instead)
  else if (!/^[A-Z][A-Z0-9_]*$/.test(name))
    context.addIssue('is no name of a variable: capitals, digits and underscores, as in CORS_ORIGINS')
})

const schema = z
  .strictObject({
    tenancy: z.enum(['shared', 'object'], 'must be shared or object').default('shared'),
    databaseId: z.guid('must be the id that "wrangler d1 create" tells').default(PLACEHOLDER_ID),
    dispatchNamespace: z
      .string()
      .regex(/^[a-z0-9_-]{1,64}$/i, 'must be letters, digits, hyphens and underscores')
      .optional(),
    routes: z.array(z.string().regex(/^[^\s/]+\.[^\s/]+(\/\S*)?$/, 'must look like acme.example.com/*')).default([]),
    url: z.url({ protocol: /^https?$/, error: 'must be a URL that begins with https:// or http://' }).optional(),
    vars: z.record(variable, z.string('must be a text')).default({}),
  })
  .refine((choices) => choices.dispatchNamespace === undefined || choices.routes.length === 0, {
    path: ['routes'],
    error: 'cannot be had in a dispatch namespace, whose own Worker takes the requests: leave one of the two away',
  })

export type Choices = z.infer<typeof schema>

const sentence = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: there is no such choice`
  // What is wrong with the name of a variable stands one level deeper.
  const [inner] = issue.code === 'invalid_key' ? issue.issues : []
  return `${issue.path.join('.')} ${inner?.message ?? issue.message}`.trim()
}

/**
 * @param where what the choices come from, for the message
 * @throws Error naming the choices that cannot be used
 */
export const choicesOf = (value: unknown, where: string): Choices => {
  const { success, data, error } = schema.safeParse(value)
  if (success) return data
  throw new Error(`${where}: ${error.issues.map(sentence).join('; ')}.`)
}

export const hasDatabase = ({ databaseId }: Choices): boolean => databaseId !== PLACEHOLDER_ID

/** Begins with the name in wrangler.toml, so that no instance takes the place of another Worker of the account. */
export const workerName = (rootName: string, name: string): string => `${rootName}-${name}`

/** @throws Error when no instance can have that name */
export const requireName = (rootName: string, name: string): void => {
  const most = WORKER_NAME_LENGTH - workerName(rootName, '').length
  if (name.length <= most && /^[a-z0-9]+(-+[a-z0-9]+)*$/.test(name)) return
  throw new Error(
    `"${name}" is no name for an instance: use lower case letters, digits and hyphens between them, ${most} at most, since the Worker's name is ${workerName(rootName, 'NAME')}.`,
  )
}
