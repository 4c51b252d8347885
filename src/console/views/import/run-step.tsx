import { useAction } from '../../calls/use-action.ts'
import { hrefOf } from '../../frame/address.ts'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { saveAs } from '../../parts/save.ts'
import { wholeNumber } from '../../values/locale.ts'
import type { Importing } from './importing.ts'
import type { Sending } from './sending.ts'
import { TakeBack } from './take-back.tsx'
import { Progress, Tally } from './tally.tsx'

/** The import itself, what became of it, and how all of it is taken back. */

const SaveRefused = ({ one, sending }: { readonly one: Importing; readonly sending: Sending }) => {
  const { run, error } = useAction()
  const { incomplete } = sending
  if (incomplete.length === 0) return null
  const save = async () => {
    const { name, parts } = await one.call('refused', one.file.name, incomplete)
    saveAs(name, name.endsWith('.csv') ? 'text/csv' : 'application/x-ndjson', parts)
  }
  return (
    <>
      <button type="button" onClick={() => void run(save)}>
        Save what is not in as a file
      </button>
      <Problem error={error} />
    </>
  )
}

export const RunStep = ({ one }: { readonly one: Importing }) => {
  const sending = one.done.value
  const mended = one.mended.value.size
  const tried = one.tried.value?.state.value === 'done' ? one.tried.value.counts.value : undefined
  const request = <RequestBox of="this import" question={one.question(false)} command={one.command.value} />
  if (!sending)
    return (
      <>
        <p>
          {wholeNumber(one.opened.value?.rowCount ?? 0)} rows into {one.object.pluralName.toLowerCase()}
          {tried && `: ${wholeNumber(tried.created + tried.updated)} would be written`}. All of it is one import,{' '}
          <code>{one.importId}</code>, and can be taken back as a whole.
        </p>
        <div class="bar">
          <button type="button" class="primary" onClick={() => void one.run()}>
            Import
          </button>
          {request}
        </div>
      </>
    )
  const isOver = sending.state.value === 'done' || sending.state.value === 'stopped'
  return (
    <>
      <Progress sending={sending} />
      <Problem error={sending.error.value} />
      <Tally one={one} sending={sending} verb={sending.state.value === 'done' ? 'Done' : 'So far'} />
      {isOver && (
        <div class="bar">
          {mended > 0 && (
            <button type="button" class="primary" onClick={() => void one.sendMended(sending)}>
              Send the {wholeNumber(mended)} mended again
            </button>
          )}
          <SaveRefused one={one} sending={sending} />
          <TakeBack importId={one.importId} />
          <a href={hrefOf(['objects', one.object.slug])}>To the {one.object.pluralName.toLowerCase()}</a>
          {request}
        </div>
      )}
      <p class="quiet">
        Import <code>{one.importId}</code>. One may look at other views meanwhile; this page must stay open.
      </p>
    </>
  )
}
