import { breaking } from '../mutant.ts'

const PLAN = 'a plan is what the command says'
const OWN = 'a plan never drops its own key'

export const plan = [
  ...breaking(
    OWN,
    'engine/plan/keys.ts',
    ['it is not looked at', 'if (drops(writes, slug, key, attribute.multiple))', 'if (false)'],
    ['removed from a list', "(merge?.[0] === 'remove' && holds(", '(false && holds('],
    ['filled with another value', '...(multiple ? [] : [writes.fills])', ''],
    ['created with another value', '[writes.onBoth, writes.createOnly,', '[writes.onBoth,'],
    ['two keys give it two values', 'if (!attribute.multiple && present)', 'if (false)'],
    [
      'a creation does not hold it',
      'data[slug] = storedValue(attribute.multiple',
      'const _unused = storedValue(attribute.multiple',
    ],
  ),
  ...breaking(PLAN, 'engine/plan/draft.ts', [
    'references of a creation also for an update',
    "mode === 'create_only' ? 'create' : null",
    'mode === null ? null : null',
  ]),
  ...breaking(
    PLAN,
    'engine/plan/keys.ts',
    ['any number of keys', 'if (match.length > MATCH_KEYS)', 'if (false)'],
    ['an id besides other keys', 'if (match.length > 1 && match.some(', 'if (false && match.some('],
    ['ids as they are spelt', '? value.toLowerCase()\n', '? value\n'],
    ['what is not indexed is matched by', 'if (!isIndexed(attribute)) throw', 'if (false) throw'],
    ['empty keys', "if (isEmpty(key.value)) return problems.add('empty_match_value', key.name)\n", ''],
    ['what has several parts is matched by', 'if (!typeOf(attribute).matchable)', 'if (false)'],
    ['a unique key is asked for several', "name !== 'id' && !(", "name !== 'id' || !("],
  ),
  ...breaking(
    PLAN,
    'engine/plan/values.ts',
    [
      'create_only also updates',
      'writes.createOnly[attribute.slug] = wrapped',
      'writes.onBoth[attribute.slug] = wrapped',
    ],
    ['fill replaces', 'if (wrapped) writes.fills[attribute.slug]', 'if (wrapped) writes.onBoth[attribute.slug]'],
    [
      'what is required can be cleared',
      "if (value.value === null && attribute.required && mode !== 'create_only') problems.add('not_clearable', slug)\n",
      '',
    ],
    ['ids are not checked', '    checkTargets(draft, attribute, value.value, mode)\n', ''],
    [
      'a value is merged like a list',
      'if (!Array.isArray(value)) problems.add',
      'if (value === undefined) problems.add',
    ],
    ['addresses of members as they are spelt', 'address?.ok ? String(address.value)', 'address?.ok ? String(value)'],
  ),
  ...breaking(
    PLAN,
    'engine/plan/creation.ts',
    ['what is required can be missing', '[...ofContract, ...missingOnCreate(draft, data)]', '[...ofContract]'],
    ['update creates', "const creates = mode !== 'update' &&", 'const creates ='],
    ['a version creates', 'ifVersion === undefined &&', ''],
    ['an id creates', "match[0]?.name === 'id' && onUnknownId !== 'create'", 'false'],
    ['archiving creates', 'lifecycle === undefined &&', ''],
    ['against reasons of the contract', 'creates && createProblems.length === 0', 'creates'],
    ['what is removed from nothing is created', "if (mode !== 'remove') data", 'data'],
  ),
  ...breaking(
    PLAN,
    'engine/plan/index.ts',
    ['insert updates', "command.mode === 'insert' && { mayUpdate", "command.mode === 'update' && { mayUpdate"],
    ['versions do not matter', '...(ifVersion !== undefined && { ifVersion }),', ''],
    ['fallbacks are left out', '...(fallbacks.length > 0 && { fallbacks }),', ''],
    ['age does not matter', '...(ifNewer !== undefined && { ifNewer }),', ''],
    ['conditions are left out', '...(when && { when }),', ''],
    ['keys need not agree', '...(command.keysAgree && fallbacks.length > 0 &&', '...(false &&'],
    ['any size', 'if (rough * 6 > RECORD_BYTES &&', 'if (false &&'],
    [
      'newer than nothing',
      'else if (isEmpty(command.values[slug]) || writes.onBoth[slug] === null)',
      'else if (false)',
    ],
    ['follows another command', 'earlier[when.changed.command]', 'earlier[0]'],
  ),
  ...breaking('nothing is refused on what may be outdated', 'engine/assert.ts', [
    'by the engine',
    "if (current.cached && plannings.every((p) => 'refusal' in p)) throw new StaleError()",
    '',
  ]),
  ...breaking('nothing is refused on what may be outdated', 'engine/assert.ts', [
    'what is not indexed is not indexed',
    'throw new ChangedError()',
    'throw new TypeError()',
  ]),
  ...breaking(
    'nothing is refused on what may be outdated',
    'engine/session.ts',
    ['stale, and never read again', 'stale += error instanceof ChangedError ? 0 : 1', 'stale += STALE_RETRIES + 1'],
    [
      'refused, and never read again',
      'else if (!(error instanceof RefusedError && current.cached)) throw error',
      'else throw error',
    ],
    ['expired keys go on', 'current.expiresAt !== null && current.expiresAt <= Date.now()', 'false'],
  ),
]
