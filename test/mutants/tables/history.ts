import { breaking } from '../mutant.ts'

const VALUES = 'the history keeps the values before and after'
const CHAIN = 'each change of a record knows the one before it'
const ERASED = 'of an erased record the history keeps no values'

export const history = [
  ...breaking(VALUES, 'storage/program/stages/feed.ts', [
    'names are values',
    "keepsValues = 'NEW.feed = 2'",
    "keepsValues = 'NEW.feed = 1'",
  ]),
  ...breaking(VALUES, 'storage/program/stages/plain.ts', [
    'before and after are swapped',
    'json_array(json(NEW.before -> c.key), json(c.value))',
    'json_array(json(c.value), json(NEW.before -> c.key))',
  ]),
  ...breaking(VALUES, 'storage/program/stages/write.ts', [
    'before and after are swapped',
    'json_array(json(r.data -> c.value), json(NEW.after -> c.value))',
    'json_array(json(NEW.after -> c.value), json(r.data -> c.value))',
  ]),
  ...breaking(
    CHAIN,
    'storage/program/stages/feed.ts',
    ['there is none before it', "${ofRecord('last_write ->> 4', LAST_CHANGE)}", 'NULL'],
    ['one that is not noted ends the chain', "ELSE coalesce(',' || (${before}), '') END", "ELSE '' END"],
    ['a new record has none', "',null,null,null,' || ${lastSequence}", "''"],
  ),
  ...breaking(
    ERASED,
    'storage/program/stages/feed.ts',
    ['a dry run blanks', 'WHERE NOT NEW.dry_run AND delta', 'WHERE delta'],
    ['only the last change is blanked', '${changes} LIMIT ${BLANKED})`\n', '${changes} LIMIT 1)`\n'],
  ),
  ...breaking(ERASED, 'storage/program/stages/write.ts', ['nothing is blanked', '        ...blank,\n', '']),
]
