import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { Change } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { address, changeQuery, hrefOf } from '../../frame/address.ts'
import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { objectNamed, objects } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import { actorName } from '../../values/actor.ts'
import { time } from '../../values/locale.ts'
import { Feed } from './feed.ts'
import { Undo, type UndoneThing } from './undo.tsx'

/** Where it begins, in minutes back, by what the address says. */
const BEGINNINGS = [
  { name: 'hour', title: 'Since an hour ago', minutes: 60 },
  { name: 'day', title: 'Since a day ago', minutes: 1_440 },
  { name: 'week', title: 'Since a week ago', minutes: 10_080 },
] as const

const beginningIn = (name: string | undefined) => BEGINNINGS.find((one) => one.name === name) ?? BEGINNINGS[0]

const labelsOf = ({ object, changed }: Change): string => {
  const attributes = objectNamed(object ?? '')?.attributes ?? []
  return changed.map((slug) => attributes.find((one) => one.slug === slug)?.label ?? slug).join(', ')
}

const Row = ({ change, onUndo }: { readonly change: Change; readonly onUndo: (what: UndoneThing) => void }) => {
  const { object, recordId, importId, request } = change
  const what: UndoneThing | undefined = importId !== null ? { importId } : request !== null ? { request } : undefined
  return (
    <tr>
      <td>
        <time dateTime={change.at}>{time(change.at)}</time>
      </td>
      <td>{change.action.replace('_', ' ')}</td>
      <td>
        {object !== null && recordId !== null ? (
          <a href={hrefOf(['objects', object, recordId], { part: 'history' })}>
            {objectNamed(object)?.singularName ?? object} {recordId.slice(-4)}
          </a>
        ) : (
          (object ?? '')
        )}
      </td>
      <td>{labelsOf(change)}</td>
      <td>
        {actorName(change.actor)} through {change.contract}
      </td>
      <td>
        {importId !== null && <code>{importId}</code>}{' '}
        {may('crm:write') && what && recordId !== null && (
          <button
            type="button"
            class="bare narrow"
            aria-label={`Undo ${'importId' in what ? `the import ${what.importId}` : `the request ${what.request}`}`}
            onClick={() => onUndo(what)}
          >
            Undo…
          </button>
        )}
      </td>
    </tr>
  )
}

/** Who changes what, as it happens. */
export const Changes = () => {
  const { object, since } = address.value.query
  const beginning = beginningIn(since)
  const undone = useSignal<UndoneThing | undefined>(undefined)
  const from = useMemo(() => new Date(Date.now() - 60_000 * beginning.minutes).toISOString(), [beginning])
  const feed = useMemo(() => new Feed(), [object, from])
  useEffect(() => {
    void feed.follow(object, from)
    return () => feed.leave()
  }, [feed, object, from])
  const question = ask('get', '/v1/changes', {
    query: { since: from, ...(object !== undefined && { object }), wait: 25 },
  })
  return (
    <>
      <header class="bar">
        <h1>History</h1>
        <RequestBox of="this feed" question={question} />
        <select
          aria-label="Object"
          value={object ?? ''}
          onChange={(event) => changeQuery({ object: event.currentTarget.value || undefined })}
        >
          <option value="">All objects</option>
          {objects.value.map(({ slug, pluralName }) => (
            <option key={slug} value={slug}>
              {pluralName}
            </option>
          ))}
        </select>
        <select
          aria-label="Beginning"
          value={beginning.name}
          onChange={(event) => changeQuery({ since: event.currentTarget.value })}
        >
          {BEGINNINGS.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
        <span class="quiet">New changes appear by themselves.</span>
      </header>
      <Problem error={feed.error.value} />
      {feed.changes.value.length === 0 ? (
        <Empty title="Nothing has changed since then.">
          {beginning.name !== 'week' && (
            <button type="button" onClick={() => changeQuery({ since: 'week' })}>
              Look a week back
            </button>
          )}
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="wide" tabIndex={0} aria-label="Changes">
          <table>
            <thead>
              <tr>
                <th>When</th>
                <th>What</th>
                <th>Record</th>
                <th>Attributes</th>
                <th>Who</th>
                <th>Import</th>
              </tr>
            </thead>
            <tbody>
              {feed.changes.value.map((change) => (
                <Row
                  key={change.sequence}
                  change={change}
                  onUndo={(what) => {
                    undone.value = what
                  }}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {undone.value && (
        <Undo
          what={undone.value}
          onClose={() => {
            undone.value = undefined
          }}
        />
      )}
    </>
  )
}
