import { Opener } from '../../parts/opener.tsx'
import { Undo } from '../changes/undo.tsx'

/** All that an import has written, from whichever page. */
export const TakeBack = ({ importId }: { readonly importId: string }) => (
  <Opener title="Undo the import…">{(close) => <Undo what={{ importId }} onClose={close} />}</Opener>
)
