import { useComputed, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** All rows are of one height, so the row at a place is a division; only those in sight are drawn. */

export const ROW = 32

/** Drawn above and below what is in sight, so that scrolling shows no gap. */
const BEYOND = 8

export interface Viewport {
  /** Rows to draw, if there are so many: from the first up to and without the last. */
  readonly first: number
  readonly last: number
}

export const useViewport = (element: RefObject<HTMLElement | null>): Viewport => {
  const top = useSignal(0)
  const height = useSignal(0)
  useEffect(() => {
    const { current } = element
    if (!current) return
    const onScroll = () => {
      top.value = current.scrollTop
    }
    const sizes = new ResizeObserver(() => {
      height.value = current.clientHeight
    })
    current.addEventListener('scroll', onScroll, { passive: true })
    sizes.observe(current)
    return () => {
      current.removeEventListener('scroll', onScroll)
      sizes.disconnect()
    }
  }, [element, top, height])
  // Scrolling within a row draws nothing anew.
  const first = useComputed(() => Math.max(0, Math.floor(top.value / ROW) - BEYOND))
  const last = useComputed(() => Math.ceil((top.value + height.value) / ROW) + BEYOND)
  return { first: first.value, last: last.value }
}
