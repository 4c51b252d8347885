import { useEffect } from 'preact/hooks'
import { changeQuery } from '../../frame/address.ts'
import { Problem } from '../../parts/problem.tsx'
import { wholeNumber } from '../../values/locale.ts'
import type { Importing } from './importing.ts'
import { Progress, Tally } from './tally.tsx'

/** What would become of each row: the server runs it for real and takes it back. */
export const TryStep = ({ one }: { readonly one: Importing }) => {
  const sending = one.tried.value
  const isReady = one.canBeSent.value
  useEffect(() => {
    if (isReady && !one.tried.peek()) void one.try()
  }, [one, isReady])
  if (!sending) return null
  const mended = one.mended.value.size
  return (
    <>
      <Progress sending={sending} />
      <Problem error={sending.error.value} />
      <Tally one={one} sending={sending} verb="Would be" />
      <div class="bar">
        <button type="button" class="primary" onClick={() => changeQuery({ step: 'run' })}>
          On to the import
        </button>
        {mended > 0 && (
          <button type="button" onClick={() => void one.sendMended(sending)}>
            Try the {wholeNumber(mended)} mended again
          </button>
        )}
        <span class="quiet">
          Nothing has been written. Tried a thousand rows at a time: a record that two rows far from each other would
          make counts twice.
        </span>
      </div>
    </>
  )
}
