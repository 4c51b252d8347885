import { useSignal } from '@preact/signals'
import { encodings } from '../../../import/reading/encoding.ts'
import { address, changeQuery } from '../../frame/address.ts'
import { counted } from '../../values/locale.ts'
import { beginImport, type Importing, importing, isSending } from './importing.ts'
import type { TextSaid } from './thread/file.ts'

/** Which file, and how its text was understood, to be corrected. */

const DELIMITERS: Readonly<Record<string, string>> = { '\t': 'Tab', ';': 'Semicolon ;', ',': 'Comma ,', '|': 'Bar |' }

const Drop = ({ object }: { readonly object: string }) => {
  const isOver = useSignal(false)
  const take = (file: File | undefined) => {
    if (!file) return
    // Only what a page before this one has begun is gone on with.
    const { import: begun } = address.peek().query
    const isNew = importing.peek() !== undefined
    if (isNew) changeQuery({ import: undefined }, { replace: true })
    void beginImport(object, file, isNew ? undefined : begun)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the field inside does the same by the keyboard
    <div
      class={`drop ${isOver.value ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        isOver.value = true
      }}
      onDragLeave={() => {
        isOver.value = false
      }}
      onDrop={(event) => {
        event.preventDefault()
        isOver.value = false
        take(event.dataTransfer?.files[0])
      }}
    >
      <label>
        Drop a file here, or choose one: CSV, TSV, JSON or NDJSON, gzipped or not
        <input
          type="file"
          accept=".csv,.tsv,.txt,.json,.ndjson,.jsonl,.gz"
          disabled={isSending.value}
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
      </label>
    </div>
  )
}

const TextSettings = ({ one }: { readonly one: Importing }) => {
  const opened = one.opened.value
  if (!opened) return null
  const say = (changes: TextSaid) => void one.open({ ...one.said.peek(), ...changes })
  return (
    <div class="bar">
      <label class="choice">
        Encoding
        <select
          value={opened.encoding}
          onChange={({ currentTarget: { value } }) => {
            const encoding = encodings.find((name) => name === value)
            if (encoding) say({ encoding })
          }}
        >
          {encodings.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {opened.format === 'csv' && (
        <>
          <label class="choice">
            Between cells
            <select value={opened.delimiter} onChange={(event) => say({ delimiter: event.currentTarget.value })}>
              {[...new Set([...Object.keys(DELIMITERS), opened.delimiter])].map((sign) => (
                <option key={sign} value={sign}>
                  {DELIMITERS[sign] ?? sign}
                </option>
              ))}
            </select>
          </label>
          <label class="choice">
            <input
              type="checkbox"
              checked={!opened.headless}
              onChange={(event) => say({ headless: !event.currentTarget.checked })}
            />
            The first line has the names of the columns
          </label>
        </>
      )}
    </div>
  )
}

const Preview = ({ one }: { readonly one: Importing }) => {
  const opened = one.opened.value
  if (!opened) return null
  return (
    <>
      <p role="status">
        {counted(opened.rowCount, 'row')}, {counted(opened.columns.length, 'column')}. The first of them:
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="wide" tabIndex={0} aria-label="First rows">
        <table class="cells">
          <thead>
            <tr>
              <th>Line</th>
              {opened.columns.map((name) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {opened.first.map(({ index, line, cells }) => (
              <tr key={index}>
                <td class="number quiet">{line}</td>
                {cells.map((cell, i) => (
                  <td key={i}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}

export const FileStep = ({ object, one }: { readonly object: string; readonly one: Importing | undefined }) => (
  <>
    {!one && address.value.query.import !== undefined && (
      <p class="bar">
        It goes on under the name of import <code>{address.value.query.import}</code>.
        <button type="button" onClick={() => changeQuery({ import: undefined })}>
          Begin another one instead
        </button>
      </p>
    )}
    <Drop object={object} />
    {one && !one.opened.value && one.error.value === undefined && <p role="status">Reading {one.file.name}…</p>}
    {one?.opened.value && (
      <>
        <TextSettings one={one} />
        <Preview one={one} />
        <button type="button" class="primary" onClick={() => changeQuery({ step: 'columns' })}>
          On to the columns
        </button>
      </>
    )}
  </>
)
