import { breaking, type Mutant } from '../mutant.ts'

/** What an import that was broken off goes on with, what it may write over, and when a synchronisation archives nothing. */

const GOES_ON = 'what was broken off is gone on with as the same import, and nothing else is'
const ALONE = 'one process at a time does what two would spoil'
const NOT_OVER = 'what somebody has made is not written over'
const STOP = 'a synchronisation archives little, or nothing'

const IDENTITY = 'return [await source.fingerprint(), url, key, object.slug, keys, columns, said, resolve(refused)]'
/** @param part of what makes it the same import */
const without = (part: string): string => IDENTITY.replace(`${part}, `, '').replace(`, ${part}]`, ']')

const imports = [
  ...breaking(
    GOES_ON,
    'cli/import/run.ts',
    ['under another id', 'found?.importId ?? newImportId(object)', 'newImportId(object)'],
    ['from its beginning', 'const before = found?.rows ?? 0', 'const before = 0'],
    ['and counts from nothing', 'new Report(found?.counts)', 'new Report()'],
    ['another file is the same', IDENTITY, without('await source.fingerprint()')],
    ['another server is the same', IDENTITY, without('url')],
    ['another key is the same', IDENTITY, without('key')],
    ['another object is the same', IDENTITY, without('object.slug')],
    ['other options are the same', IDENTITY, without('said')],
    ['other refused rows are the same', IDENTITY, without('resolve(refused)')],
    ['another rule of what is missing is the same', ', rules ?? null]', ']'],
    ['though it is to begin anew', 'keptOf(identity, path, restart)', 'keptOf(identity, path, false)'],
    ['what has ended is gone on with', '    checkpoint?.forget()\n  } catch', '  } catch'],
    ['a file that has changed is gone on with', 'if (hasEnded) checkpoint?.forget()\n    else keep()', 'keep()'],
    ['nobody is told that some is sent twice', 'found !== undefined || lost.any }', 'lost.any }'],
  ),
  ...breaking(GOES_ON, 'cli/import/checkpoint.ts', [
    'what was taken back is gone on with',
    'if (readJson<Kept>(join(folder(), name)).importId === importId)',
    'if (importId === "")',
  ]),
  ...breaking(
    ALONE,
    'cli/import/checkpoint.ts',
    [
      'the same import',
      "const release = lockFor(`${path}.lock`, 'imports the same')",
      'const release = () => undefined',
    ],
    [
      'refused rows of one file',
      'return lockFor(join(preparedFolder(), `${nameOf(file)}.refused.lock`), `writes refused rows to ${path}`)',
      'return () => undefined',
    ],
    ['however the way to it is spelt', 'existsSync(folderOf) ? realpathSync(folderOf) : folderOf', 'folderOf'],
  ),
  ...breaking(
    ALONE,
    'cli/lock.ts',
    ['a lock is written over', "{ flag: 'wx', mode: 0o600 }", '{ mode: 0o600 }'],
    ['a lock of a living process is taken', 'if (!isRunning(pid)) return false', 'return false'],
    ['a lock that is being written is taken', ': there.isNew)', ': false)'],
    ['a lock is not given back', '        rmSync(path, { force: true })\n      }', '      }'],
  ),
  ...breaking(
    NOT_OVER,
    'cli/import/refused-file.ts',
    ['refused rows that are there', 'if (!mayOverwrite && existsSync(path))', 'if (mayOverwrite && false)'],
    [
      'refused rows that somebody has made meanwhile',
      "openSync(this.#path, 'wx', this.#mode)",
      "openSync(this.#path, 'w', this.#mode)",
    ],
    ['a file of refused rows that was changed', '!hash || digestOf(hash) !== sha256', '!hash || sha256 === ""'],
    ['rows behind what was noted stay', '  truncateSync(path, bytes)\n', ''],
    ['a device', '  requireRegular(path)\n', ''],
  ),
  ...breaking(
    NOT_OVER,
    'cli/files.ts',
    ['an export', 'if (!mayOverwrite && existsSync(path))', 'if (mayOverwrite && false)'],
    ['a device', 'if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false)', 'if (path === "")'],
    [
      'a part is taken for the whole',
      'const unfinished = `${target}.${randomUUID()}.part`',
      'const unfinished = target',
    ],
  ),
  ...breaking(
    STOP,
    'cli/import/missing.ts',
    ['of a small part a tenth is less than it should be', 'Math.max(share, MOST_RECORDS)', 'share'],
    [
      'a share that was said is not exact',
      'most === undefined ? Math.max(share, MOST_RECORDS) : share',
      'Math.max(share, MOST_RECORDS)',
    ],
    ['a tenth is too many', 'return missing > (', 'return missing >= ('],
    ['however many are missing', "? 'too_many' : null", '? null : null'],
    ['though rows are refused', "if (counts.refused > 0) return 'refused_rows'", ''],
    ['though there is no row', "if (counts.rows === 0 && most !== 100) return 'no_rows'", ''],
    ['what others have taken out of the part', 'filter: filter ? { and: [filter, those] } : those', 'filter: those'],
    ['what an earlier run has sent', 'for await (const id of idsIn(this.#beside.seen)) this.#left.delete(id)', ''],
  ),
]

const AGAIN = 'what may pass is sent again, when and as often as it may be'

const client = [
  ...breaking(
    AGAIN,
    'client/retry.ts',
    ['seconds are milliseconds', 'seconds * 1_000', 'seconds'],
    ['a date is none', 'Date.parse(header) - now', 'Number.NaN'],
    ['a date that has passed is waited for', 'Math.max(0, milliseconds)', 'milliseconds'],
    ['nothing is said by an empty one', " || header.trim() === ''", ''],
    ['everybody comes back together', 'random * Math.min(longest', '1 * Math.min(longest'],
    ['everybody comes back together, where a time was said', 'asked + random * SPREAD_MS', 'asked'],
    [
      'pauses have no end',
      'Math.min(longest, FIRST_BACKOFF_MS * 2 ** (failures - 1))',
      'FIRST_BACKOFF_MS * 2 ** (failures - 1)',
    ],
    ['pauses are as long each time', '2 ** (failures - 1)', '1'],
    ['what the server asks for is not waited for', 'if (asked === undefined) return backoff', 'return backoff'],
    ['however long the server asks for', 'asked > LONGEST_WAIT_MS ? undefined : ', ''],
    ['what may have been done', 'return repeatable && (', 'return ('],
    ['what failed on the server', ' && error.status >= 500)', ' && error.status >= 502)'],
    ['what was refused', ' && error.status >= 500)', ')'],
    ['what was not begun', 'if (!wasBegun(error)) return true', ''],
    ['nobody can end the waiting', "signal?.addEventListener('abort', onAbort, { once: true })", ''],
  ),
  ...breaking(
    AGAIN,
    'client/transport.ts',
    ['Retry-After is not read', "retryAfterOf(headers.get('retry-after'), Date.now())", 'undefined'],
    ['the pause is the longest each time', 'Math.random()', '1'],
    ['more often than was said', 'attempt > this.#retries', 'attempt > this.#retries + 1'],
    ['the time limit is that of another', 'timeoutMs = this.#timeoutMs', 'timeoutMs = DEFAULT_TIMEOUT_MS'],
  ),
  ...breaking(
    'what must not be done twice is known by its key',
    'client/operations.ts',
    ['of a version in a header', "headers['if-match'] !== undefined || ", ''],
    ['of a version in an item', ' && item.ifVersion === undefined', ''],
    ['of an insert', " && item.mode !== 'insert'", ''],
    ['of an item without a match', 'item?.match !== undefined && ', ''],
    ['what only tells needs none', ' || query.dryRun === true', ''],
    ['a secret is told anew', 'repeatable: !madeAnew.has(operation)', 'repeatable: true'],
  ),
]

/** Files of tests that know them. */
const tried = (mutants: readonly Mutant[], ...names: readonly string[]): readonly Mutant[] =>
  mutants.map((mutant) => ({ ...mutant, tests: names.map((name) => `test/client/${name}.test.ts`) }))

export const bringing: readonly Mutant[] = [
  ...tried(imports, 'import-resume', 'sync', 'lock', 'export', 'import'),
  ...tried(client, 'retry', 'requests'),
]
