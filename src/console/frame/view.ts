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
