import { address, changeQuery, hrefOf } from '../../frame/address.ts'
import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { objectNamed, objects, objectsAreRead } from '../../schema/objects.ts'
import { ColumnsStep } from './columns-step.tsx'
import { FileStep } from './file-step.tsx'
import { type Importing, importing, isSending } from './importing.ts'
import { MatchStep } from './match-step.tsx'
import { RunStep } from './run-step.tsx'
import { TakeBack } from './take-back.tsx'
import { TryStep } from './try-step.tsx'

/** A file to records, in steps; each has an address. What is in the file is in no address, and gone when the page is loaded anew. */

const steps = [
  { name: 'file', title: 'File', isOpen: () => true },
  { name: 'columns', title: 'Columns', isOpen: (one: Importing) => one.opened.value !== undefined },
  { name: 'match', title: 'Match', isOpen: (one: Importing) => one.areColumnsClear.value },
  { name: 'try', title: 'Try', isOpen: (one: Importing) => one.canBeSent.value },
  { name: 'run', title: 'Run', isOpen: (one: Importing) => one.canBeSent.value },
] as const

const Steps = ({ one, here }: { readonly one: Importing | undefined; readonly here: string }) => (
  <nav class="parts" aria-label="Steps">
    {steps.map(({ name, title, isOpen }, i) =>
      name === 'file' || (one && isOpen(one)) ? (
        <a
          key={name}
          href={hrefOf(address.value.path, { ...address.value.query, step: name })}
          aria-current={name === here ? 'step' : undefined}
        >
          {i + 1} {title}
        </a>
      ) : (
        <span key={name} class="quiet closed">
          {i + 1} {title}
        </span>
      ),
    )}
  </nav>
)

/** What an address of a later step tells when its file is gone. */
const Lost = ({ importId }: { readonly importId: string | undefined }) => (
  <Empty title="The file has to be chosen again: a browser keeps none when a page is loaded anew.">
    {importId === undefined ? (
      <p>How its columns were mapped is known again.</p>
    ) : (
      <p>
        What import <code>{importId}</code> has sent is in. The same file chosen again goes on under its name: rows that
        are in already are unchanged, and cost nothing.
      </p>
    )}
    <div class="bar">
      <button type="button" class="primary" onClick={() => changeQuery({ step: 'file' })}>
        Choose the file
      </button>
      {importId !== undefined && <TakeBack importId={importId} />}
    </div>
  </Empty>
)

const ObjectChoice = ({ object }: { readonly object: string }) => (
  <select
    aria-label="Object"
    value={object}
    disabled={isSending.value}
    onChange={(event) => changeQuery({ object: event.currentTarget.value, step: undefined, import: undefined })}
  >
    {objects.value.map(({ slug, pluralName }) => (
      <option key={slug} value={slug}>
        {pluralName}
      </option>
    ))}
  </select>
)

const Body = ({ one, step }: { readonly one: Importing; readonly step: string }) => {
  const isOpen = steps.find(({ name }) => name === step)?.isOpen(one)
  if (!isOpen && !one.isJudging.value && !one.done.value)
    return (
      <Empty title="A step before this one leaves something open.">
        <button type="button" class="primary" onClick={() => changeQuery({ step: 'columns' })}>
          Back to the columns
        </button>
      </Empty>
    )
  if (step === 'columns') return <ColumnsStep one={one} />
  if (step === 'match') return <MatchStep one={one} />
  if (step === 'try') return <TryStep one={one} />
  return <RunStep one={one} />
}

export const Import = () => {
  const { query } = address.value
  const object = query.object ?? objects.value[0]?.slug ?? ''
  const step = steps.find(({ name }) => name === query.step)?.name ?? 'file'
  const one = importing.value?.object.slug === object ? importing.value : undefined
  if (!objectsAreRead.value) return null
  if (!objectNamed(object)) return <Empty title={`There is no object ${object}.`} />
  return (
    <>
      <header class="bar">
        <h1>Import</h1>
        <ObjectChoice object={object} />
        {one && <code>{one.file.name}</code>}
      </header>
      <Steps one={one} here={step} />
      <Problem error={one?.error.value} />
      {step === 'file' && <FileStep object={object} one={one} />}
      {step !== 'file' && !one && <Lost importId={query.import} />}
      {step !== 'file' && one && <Body one={one} step={step} />}
    </>
  )
}
