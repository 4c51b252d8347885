import { breaking } from '../mutant.ts'

const NOTHING = 'an export is a plan of nothing'
const LIMITED = 'what is done at once has a limit'

export const schema = [
  ...breaking(
    NOTHING,
    'admin/schema/document.ts',
    ['an index that is not there is spoken of', '...(indexed && { indexed }),', 'indexed,'],
    ['archived options are forgotten', '({ id, value, archived: isGone })', '({ id, value })'],
    ['archived objects are active', 'objectEntry(asWanted(object), true)', 'objectEntry(asWanted(object), false)'],
  ),
  ...breaking(LIMITED, 'admin/schema/apply.ts', [
    'many records are rewritten at once',
    '  if (found) throw',
    '  if (found && found.told.length === 0) throw',
  ]),
]
