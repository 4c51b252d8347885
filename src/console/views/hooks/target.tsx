import { Copy } from '../../parts/copy.tsx'
import type { Hook } from './kinds.ts'

/** Where the tool posts to. */
export const Target = ({ hook }: { readonly hook: Hook }) => {
  const url = location.origin + hook.path
  return (
    <p class="target">
      The tool posts to <code>{url}</code> <Copy text={url} label="Copy the address" />
    </p>
  )
}
