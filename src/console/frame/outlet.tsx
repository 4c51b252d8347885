import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Empty } from '../parts/empty.tsx'
import { Problem } from '../parts/problem.tsx'
import { may, who } from '../session/session.ts'
import { address, hrefOf } from './address.ts'
import type { View, ViewProps } from './view.ts'
import { matchPath, views } from './views.ts'

const found = (path: readonly string[]) => {
  for (const view of views) {
    const params = matchPath(view.path, path)
    if (params) return { view, params }
  }
  return undefined
}

/** Whoever comes to another view by the keyboard or hears the page is put at its beginning. */
const useArrival = (view: View | undefined) => {
  const isFirst = useRef(true)
  useEffect(() => {
    document.title = [view?.title, who.value?.organization.name, 'edge-upsert'].filter(Boolean).join(' · ')
    if (!isFirst.current) document.querySelector('main')?.focus()
    isFirst.current = false
  }, [view])
}

const Loaded = ({ view, params }: { readonly view: View; readonly params: ViewProps['params'] }) => {
  const state = useSignal<{ readonly Component?: ComponentType<ViewProps>; readonly error?: unknown }>({})
  useEffect(() => {
    let isLeft = false
    const tell = (value: typeof state.value) => {
      if (!isLeft) state.value = value
    }
    view.load().then(
      (Component) => tell({ Component }),
      (error: unknown) => tell({ error }),
    )
    return () => {
      isLeft = true
    }
  }, [view, state])
  const { Component, error } = state.value
  if (error !== undefined) return <Problem error={error} onAgain={() => location.reload()} />
  return Component ? <Component params={params} /> : null
}

/** The view that the address names. */
export const Outlet = () => {
  const here = found(address.value.path)
  useArrival(here?.view)
  if (!here)
    return (
      <Empty title="There is no such view.">
        <a href={hrefOf([])}>All objects</a>
      </Empty>
    )
  const { view, params } = here
  if (!may(view.scope))
    return (
      <Empty title={`This key may not do that: it needs the scope ${view.scope}.`}>
        <a href={hrefOf([])}>All objects</a>
      </Empty>
    )
  return <Loaded key={view.path} view={view} params={params} />
}
