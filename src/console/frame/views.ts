import type { View } from './view.ts'

/** Every view of the console. Each is a chunk of its own, loaded with its first use. */
export const views: readonly View[] = [
  {
    path: '',
    title: 'Objects',
    scope: 'crm:read',
    load: async () => (await import('../views/home/home.tsx')).Home,
  },
  {
    path: 'objects/:object',
    title: 'Records',
    scope: 'crm:read',
    load: async () => (await import('../views/records/records.tsx')).Records,
  },
  {
    path: 'objects/:object/:id',
    title: 'Record',
    scope: 'crm:read',
    load: async () => (await import('../views/record/record.tsx')).RecordPage,
  },
  {
    path: 'import',
    title: 'Import',
    scope: 'crm:write',
    inNavigation: true,
    load: async () => (await import('../views/import/import.tsx')).Import,
  },
  {
    path: 'changes',
    title: 'History',
    scope: 'crm:read',
    inNavigation: true,
    load: async () => (await import('../views/changes/changes.tsx')).Changes,
  },
  {
    path: 'hooks',
    title: 'Hooks',
    scope: 'admin',
    inNavigation: true,
    load: async () => (await import('../views/hooks/hooks.tsx')).Hooks,
  },
  {
    path: 'hooks/:id',
    title: 'Hook',
    scope: 'admin',
    load: async () => (await import('../views/hooks/hook.tsx')).HookPage,
  },
  {
    path: 'subscriptions',
    title: 'Subscriptions',
    scope: 'admin',
    inNavigation: true,
    load: async () => (await import('../views/subscriptions/subscriptions.tsx')).Subscriptions,
  },
  {
    path: 'subscriptions/:id',
    title: 'Subscription',
    scope: 'admin',
    load: async () => (await import('../views/subscriptions/subscription.tsx')).SubscriptionPage,
  },
  {
    path: 'schema',
    title: 'Schema',
    scope: 'crm:read',
    inNavigation: true,
    load: async () => (await import('../views/schema/schema.tsx')).Schema,
  },
  {
    path: 'operate',
    title: 'Operate',
    scope: 'crm:read',
    inNavigation: true,
    load: async () => (await import('../views/operate/operate.tsx')).Operate,
  },
]

/** @returns the named parts; undefined where the path is another one */
export const matchPath = (pattern: string, path: readonly string[]): Readonly<Record<string, string>> | undefined => {
  const parts = pattern.split('/').filter((part) => part !== '')
  if (parts.length !== path.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, part] of parts.entries()) {
    const given = path[i] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = given
    else if (part !== given) return undefined
  }
  return params
}
