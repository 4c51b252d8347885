import type { ComponentChildren } from 'preact'

/** A view without anything in it: what to do next, and one button or link that does it. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) => (
  <div class="empty">
    <p>
      <strong>{title}</strong>
    </p>
    {children}
  </div>
)
