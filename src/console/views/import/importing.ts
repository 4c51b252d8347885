import { computed, effect, signal } from '@preact/signals'
import { newImportId } from '../../../import/import-id.ts'
import { askedBy } from '../../../import/lookups.ts'
import { optionsSaid } from '../../../import/reading-said.ts'
import type { AnyItem, BadCell } from '../../../import/rows.ts'
import type { Question } from '../../calls/question.ts'
import { changeQuery } from '../../frame/address.ts'
import { countOf } from '../../schema/counts.ts'
import { attributesOf, type ObjectSchema, objectNamed, objects } from '../../schema/objects.ts'
import { client, refusedKey, who } from '../../session/session.ts'
import { type Choices, type ColumnChoice, colliding, guessed, readingOf, undecided } from './choices.ts'
import { phoneNumbers } from './phone-numbers.ts'
import { recall, remember } from './remembered.ts'
import { Sending } from './sending.ts'
import type { TextSaid } from './thread/file.ts'
import { type Call, connect } from './thread/messages.ts'
import type { Judged, Opened, PageFunctions, ThreadFunctions } from './thread/thread.ts'

/** One import: from a file to what became of its rows. It goes on while one looks at another view, and is gone with the page. */

/** Rows that are asked about for what a key would find. */
export const FOUND_OF = 1_000

/** Rows that a request is shown with. */
const EXAMPLES = 2

export interface Found {
  readonly rows: number
  readonly unknown: number
  readonly known: number
  readonly ambiguous: number
  /** For other reasons than what they are found by. */
  readonly refused: number
}

export class Importing {
  readonly object: ObjectSchema
  readonly file: File
  readonly said = signal<TextSaid>({})
  readonly opened = signal<Opened | undefined>(undefined)
  readonly choices = signal<Choices>({ columns: {}, keys: [] })
  /** Whether they are those of an earlier file with the same columns. */
  readonly isRemembered = signal(false)
  readonly judged = signal<Judged | undefined>(undefined)
  readonly isJudging = signal(false)
  /** How often the cells have been judged. */
  readonly judgings = signal(0)
  readonly found = signal<Found | undefined>(undefined)
  readonly error = signal<unknown>(undefined)
  readonly tried = signal<Sending | undefined>(undefined)
  readonly done = signal<Sending | undefined>(undefined)
  /** Rows of which a cell was mended since they were sent. */
  readonly mended = signal<ReadonlySet<number>>(new Set())
  readonly importId: string
  readonly #worker: Worker
  readonly call: Call<ThreadFunctions>
  /** What kept the thread from an answer that it has asked for: its class is lost on the way there and back. */
  #failed: unknown
  /** Judging that is asked for while it is done is done once more, and no oftener. */
  #judging: Promise<void> | undefined
  #isAskedAgain = false

  /** @param importId of an import that a page before this one has begun with the same file */
  constructor(object: ObjectSchema, file: File, importId: string = newImportId(object.slug)) {
    this.object = object
    this.file = file
    this.importId = importId
    this.#worker = new Worker(new URL('./thread/thread.ts', import.meta.url), { type: 'module' })
    const { port1, port2 } = new MessageChannel()
    const kept =
      <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        try {
          return await work(...args)
        } catch (error) {
          this.#failed = error
          throw error
        }
      }
    const ours: PageFunctions = {
      members: kept(() => askedBy(client()).members()),
      idsOf: kept((...args: Parameters<PageFunctions['idsOf']>) => askedBy(client()).idsOf(...args)),
      phoneNumbers: kept(phoneNumbers),
    }
    this.call = connect<ThreadFunctions>(port1, ours)
    this.#worker.postMessage(null, [port2])
  }

  readonly names = computed(() => this.opened.value?.columns ?? [])
  readonly undecided = computed(() => undecided(this.names.value, this.choices.value))
  readonly colliding = computed(() => colliding(this.names.value, this.choices.value, this.object))
  /** Whether every column is something, certainly. */
  readonly areColumnsClear = computed(
    () =>
      this.judged.value !== undefined &&
      !this.isJudging.value &&
      this.undecided.value.length === 0 &&
      this.colliding.value.length === 0 &&
      this.judged.value.columns.every(({ doubt }) => !doubt),
  )
  /** Those keys that have columns. */
  readonly keys = computed(() => {
    const { keys, columns } = this.choices.value
    const mapped = new Set(Object.values(columns).map(({ target }) => target))
    const hasColumn = (slug: string) => (slug === 'id' ? this.names.value.includes('id') : mapped.has(slug))
    return keys.filter((slugs) => slugs.every(hasColumn))
  })
  readonly canBeSent = computed(() => this.areColumnsClear.value && this.keys.value.length > 0)

  /** The words of the command that imports the file alike. */
  readonly command = computed(() => {
    const match = this.keys.value.map((slugs) => slugs.join('+')).join()
    const { encoding, delimiter } = this.said.value
    const text = { ...(encoding && { encoding: [encoding] }), ...(delimiter && { delimiter: [delimiter] }) }
    const about = ['--object', this.object.slug, ...(match ? ['--match', match] : [])]
    const reading = readingOf(this.names.value, this.choices.value)
    return ['npx', 'edge-upsert', 'import', this.file.name, ...about, ...optionsSaid({ ...reading, ...text })]
  })

  /** Its first rows as they are sent. */
  readonly example = signal<readonly AnyItem[]>([])

  /** One of the requests that it is made of. */
  question(dryRun: boolean): Question<unknown> {
    const { object, importId } = this
    const items = this.example.value
    return {
      method: 'post',
      path: '/v1/objects/{object}/records/batch',
      options: {
        path: { object: object.slug },
        ...(dryRun ? { query: { dryRun } } : { headers: { 'import-id': importId } }),
        body: items,
      },
      send: () =>
        client()
          .records(object.slug)
          .assertBatch(items, dryRun ? { dryRun } : { importId }),
    }
  }

  /** Reads the file, anew whenever something else is said of its text. */
  async open(said: TextSaid): Promise<void> {
    await this.#attempt(async () => {
      const before = this.opened.peek()?.columns
      const opened = await this.call('open', this.file, said)
      this.said.value = said
      this.opened.value = opened
      this.#forget()
      if (JSON.stringify(before) === JSON.stringify(opened.columns)) return this.judge()
      const known = recall(this.object.slug, opened.columns)
      this.isRemembered.value = known !== undefined
      this.choices.value = known ? this.#current(known) : guessed(opened.columns, this.object)
      return this.judge()
    })
  }

  async choose(changes: Partial<Choices>): Promise<void> {
    this.choices.value = { ...this.choices.peek(), ...changes }
    this.#forget()
    await this.judge()
  }

  chooseColumn(name: string, choice: ColumnChoice): Promise<void> {
    return this.choose({ columns: { ...this.choices.peek().columns, [name]: choice } })
  }

  /** Judges every cell by what has been chosen so far. */
  judge(): Promise<void> {
    this.#isAskedAgain = this.#judging !== undefined
    this.#judging ??= this.#judge().finally(() => {
      this.#judging = undefined
      if (this.#isAskedAgain) return this.judge()
    })
    return this.#judging
  }

  async #judge(): Promise<void> {
    if (this.colliding.peek().length > 0) return
    this.isJudging.value = true
    await this.#attempt(async () => {
      const reading = readingOf(this.names.peek(), this.choices.peek())
      this.judged.value = await this.call('judge', {
        object: this.object,
        objects: objects.peek(),
        keys: this.keys.peek(),
        reading,
      })
    })
    // What was judged by what had been chosen before is worth nothing.
    if (this.error.peek() !== undefined) this.judged.value = undefined
    this.isJudging.value = false
    this.judgings.value++
  }

  /** Asks the server what the first rows would find, and writes nothing. */
  async find(): Promise<void> {
    this.found.value = undefined
    const { keys } = this.choices.peek()
    await this.#attempt(async () => {
      const rows = await this.call('read', [...Array(FOUND_OF).keys()])
      const items = rows.flatMap(({ item }) => item ?? [])
      this.example.value = items.slice(0, EXAMPLES)
      const found = { unknown: 0, known: 0, ambiguous: 0, refused: rows.length - items.length }
      for await (const { status, error } of client().records(this.object.slug).assertMany(items, { dryRun: true })) {
        if (status === 'created') found.unknown++
        else if (status !== 'refused') found.known++
        else if (error?.code === 'ambiguous_match') found.ambiguous++
        else found.refused++
      }
      if (keys === this.choices.peek().keys) this.found.value = { rows: rows.length, ...found }
    })
  }

  /** Sends every row for the server to try, which writes nothing. */
  async try(): Promise<void> {
    const sending = this.#sending(true)
    this.tried.value = sending
    this.mended.value = new Set()
    await sending.send()
  }

  /** Does it. What is chosen is known again from now on. */
  async run(): Promise<void> {
    remember(this.object.slug, this.names.peek(), this.choices.peek())
    const sending = this.#sending(false)
    this.done.value = sending
    this.mended.value = new Set()
    changeQuery({ step: 'run', import: this.importId })
    await sending.send()
    await countOf(this.object.slug)
  }

  /** Sends those again of which a cell was mended. */
  async sendMended(sending: Sending): Promise<void> {
    const indexes = [...this.mended.peek()].sort((one, other) => one - other)
    this.mended.value = new Set()
    await sending.send(indexes)
    await countOf(this.object.slug)
  }

  /** @returns what is still wrong with the row */
  async mend(index: number, column: number, text: string): Promise<readonly BadCell[]> {
    const bad = await this.call('mend', index, column, text)
    this.mended.value = new Set([...this.mended.peek(), index])
    return bad
  }

  /** Nothing of it is left here. */
  leave(): void {
    this.tried.peek()?.stop()
    this.done.peek()?.stop()
    this.#worker.terminate()
  }

  #sending(dryRun: boolean): Sending {
    return new Sending({
      object: this.object,
      columns: this.judged.peek()?.columns ?? [],
      rowCount: this.opened.peek()?.rowCount ?? 0,
      importId: this.importId,
      dryRun,
      read: (indexes) => this.call('read', indexes),
    })
  }

  /** What was tried was tried with what was chosen then. */
  #forget(): void {
    this.tried.peek()?.stop()
    this.tried.value = undefined
    this.found.value = undefined
  }

  /** Without attributes that are there no more. */
  #current(known: Choices): Choices {
    const slugs = new Set(['id', ...attributesOf(this.object).map(({ slug }) => slug)])
    const columns = Object.entries(known.columns).filter(([, { target }]) => !target || slugs.has(target))
    return {
      ...known,
      columns: Object.fromEntries(columns),
      keys: known.keys.filter((key) => key.every((slug) => slugs.has(slug))),
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.error.value = undefined
    this.#failed = undefined
    try {
      await work()
    } catch (error) {
      const failure = this.#failed ?? error
      refusedKey(failure)
      this.error.value = failure
    }
  }
}

/** The one that is under way, whichever view is looked at. */
export const importing = signal<Importing | undefined>(undefined)

export const isSending = computed(() =>
  [importing.value?.done.value?.state.value].some((state) => state === 'running' || state === 'paused'),
)

/** @param importId of one that was begun before the page was loaded anew */
export const beginImport = async (object: string, file: File, importId?: string): Promise<void> => {
  const schema = objectNamed(object)
  if (!schema) return
  importing.peek()?.leave()
  const one = new Importing(schema, file, importId)
  importing.value = one
  await one.open({})
}

/** Nothing of one organisation is there when another signs in. */
effect(() => {
  if (who.value) return
  importing.peek()?.leave()
  importing.value = undefined
})

/** Whoever leaves the page while rows are sent is asked. */
effect(() => {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault()
  if (!isSending.value) return
  addEventListener('beforeunload', ask)
  return () => removeEventListener('beforeunload', ask)
})
