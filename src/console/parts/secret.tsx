import type { ComponentChildren } from 'preact'
import { Copy } from './copy.tsx'
import { Dialog } from './dialog.tsx'

export interface SecretProps {
  /** What it is: `The key`. */
  readonly title: string
  readonly secret: string
  readonly onClose: () => void
  /** What stands before it: where it belongs to. */
  readonly children?: ComponentChildren
}

/** A secret is told once: whoever closes this without taking it, makes another. */
export const Secret = ({ title, secret, onClose, children }: SecretProps) => (
  <Dialog title={title} onClose={onClose}>
    <div class="stack">
      {children}
      <p>It is shown this once. Keep it where only what uses it can read it.</p>
      <input aria-label={title} readOnly value={secret} />
      <div class="bar">
        <Copy class="primary" text={secret} />
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </div>
  </Dialog>
)
