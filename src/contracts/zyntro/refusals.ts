import { type KeyConflict, type Problem, refuseIfAny } from '../../engine/errors.ts'
import type { Outcome } from '../../engine/outcome.ts'
import { contactFieldName, entityFieldName } from './fields.ts'
import type { Contact } from './schemas.ts'

const problemsOf = (outcome: Outcome | undefined, fieldName: (slug: string) => string): Problem[] =>
  outcome?.status !== 'refused'
    ? []
    : outcome.refusal.problems
        .filter((p) => p.code !== 'not_attempted')
        .map((p) => (p.path || p.field === undefined ? p : { ...p, field: fieldName(p.field) }))

/** Which of the two addresses is the one in the way. */
const conflictNames = (contact: Contact, conflicts: readonly KeyConflict[]) => {
  const second = contact.secondaryEmail?.trim().toLowerCase()
  return conflicts.map((c) => ({
    ...c,
    field: c.field === 'emails' && c.value === second ? 'contact.secondaryEmail' : contactFieldName(c.field),
  }))
}

/** Of the contact, which the command of its company looks up as well; its own command tells of it. */
const LOOKUPS = new Set(['id', 'emails', 'phone_number'].map(entityFieldName))
const isOfContact = ({ field }: Problem) => LOOKUPS.has(field ?? '')

const hasNoTarget = ({ code, field }: Problem) => code === 'reference_not_found' && field === 'entity'

/**
 * Throws what either command was refused for, in the words of the body: the slugs of the two objects overlap, so they
 * are told apart here. A company that was refused leaves its contact's link without a target: that goes without saying.
 * @param asked whether the request sent the company; else only the contact's problems are the sender's
 */
export const throwRefusals = (contact: Contact, asked: boolean, outcome?: Outcome, entity?: Outcome): void => {
  const ofEntity = problemsOf(entity, entityFieldName).filter((p) => !isOfContact(p))
  const ofContact = problemsOf(outcome, contactFieldName).filter((p) => ofEntity.length === 0 || !hasNoTarget(p))
  const conflicts = conflictNames(contact, (outcome?.status === 'refused' && outcome.refusal.conflicts) || [])
  const named = ofContact.map((p, i) => ({
    ...p,
    ...(p.code === 'unique_conflict' && { field: conflicts[i]?.field ?? p.field ?? '' }),
  }))
  refuseIfAny(
    asked || ofContact.length === 0 ? [...named, ...ofEntity] : named,
    conflicts.length > 0 ? { conflicts } : {},
  )
}
