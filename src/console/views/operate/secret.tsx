import { useSignal } from '@preact/signals'
import { Dialog } from '../../parts/dialog.tsx'

/** A secret is told once: whoever closes this without taking it, issues another. */
export const Secret = ({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) => {
  const isCopied = useSignal(false)
  return (
    <Dialog title="The key" onClose={onClose}>
      <div class="stack">
        <p>It is shown this once. Keep it where only what uses it can read it.</p>
        <input aria-label="The key" readOnly value={secret} />
        <div class="bar">
          <button
            type="button"
            class="primary"
            onClick={async () => {
              await navigator.clipboard.writeText(secret)
              isCopied.value = true
            }}
          >
            {isCopied.value ? 'Copied' : 'Copy'}
          </button>
          <button type="button" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  )
}
