import { who } from '../session/session.ts'
import { nameOfMember } from './known.ts'

/** @param actor `member:<id>`, `key:<id>` or `operator` */
export const actorName = (actor: string): string => {
  const [kind, id = ''] = actor.split(':')
  if (kind === 'member') return nameOfMember(id)
  if (kind !== 'key') return actor
  return id === who.value?.id ? 'this key' : `key ${id.slice(-4)}`
}
