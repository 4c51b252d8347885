import type { ComponentType } from 'preact'
import type { Scope } from '../session/session.ts'

/** What a view is given: the parts of its path that are named. */
export interface ViewProps {
  readonly params: Readonly<Record<string, string>>
}

export interface View {
  /** Parts of the address; one that begins with a colon is named: `objects/:object`. */
  readonly path: string
  /** For the title of the window and the palette. */
  readonly title: string
  /** Who may not do it is not offered it. */
  readonly scope: Scope
  /** Where it is offered: in the navigation, or only by links of other views. */
  readonly inNavigation?: true
  readonly load: () => Promise<ComponentType<ViewProps>>
}

/** Every view of the console. Each is a chunk of its own, loaded with its first use. */
export const views: readonly View[] = [
  {
    path: '',
    title: 'Objects',
    scope: 'crm:read',
    load: async () => (await import('../views/home/home.tsx')).Home,
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
