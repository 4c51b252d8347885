import { type AssertCommand, type MatchKey, Reference } from '../../engine/command.ts'
import { type Problem, problem, refuseIfAny } from '../../engine/errors.ts'
import { isUuid } from '../../schema/schema.ts'
import { readFields, slugOf, type Values } from '../kit/fields.ts'
import { isBlank, type JsonObject } from '../kit/json.ts'
import { client, contact, entity, type Resource } from './fields.ts'
import type { ClientBody, ContactBody, EntityBody } from './schemas.ts'

/** Paths and `clientId` take an id or a tracking id, so no tracking id may look like an id. */
const trackingIdProblems = (trackingId: string): Problem[] => {
  if (isBlank(trackingId)) return [problem('empty_match_value', 'tracking_id')]
  return isUuid(trackingId) ? [problem('invalid_value', 'tracking_id', 'an id of your own, not one like a UUID')] : []
}

/** The schema lets these fields be cleared, since other contracts may; this one does not. */
const blankProblems = (body: JsonObject, { required, fields }: Resource): Problem[] =>
  required.filter((name) => isBlank(body[name])).map((name) => problem('not_clearable', slugOf(fields, name)))

const tagProblems = (tags: readonly string[] | undefined): Problem[] =>
  tags?.some(isBlank) ? [problem('invalid_value', 'tags', 'a list of tags, none of them empty')] : []

/** Everything but the match key, which the engine writes by itself. "" clears, and so does text of spaces. */
const valuesOf = (body: JsonObject, { fields }: Resource, matchedBy: string): Values => {
  const { [matchedBy]: _, ...values } = readFields(body, fields, { clears: isBlank })
  return values
}

/** What only a create needs: the engine looks at it within the write, if nothing matched. */
const missingOnCreate = (body: JsonObject, { required, fields, noun }: Resource): Problem[] =>
  required
    .filter((name) => body[name] === undefined)
    .map((name) => problem('required', slugOf(fields, name), ` to create ${noun}`))

const upsert = (
  resource: Resource,
  body: JsonObject,
  key: MatchKey,
  writeModes: NonNullable<AssertCommand['writeModes']> = {},
): AssertCommand => ({
  object: resource.object,
  match: [key],
  values: valuesOf(body, resource, key.name),
  writeModes,
  createProblems: missingOnCreate(body, resource),
})

const byTrackingId = (trackingId: string): MatchKey => ({ name: 'tracking_id', value: trackingId })

/** The tracking id alone decides where there is one; only without it is the address a match key. */
export const contactCommand = (body: ContactBody): AssertCommand => {
  const { trackingId, email } = body
  if (trackingId !== undefined) {
    refuseIfAny([...trackingIdProblems(trackingId), ...blankProblems(body, contact)])
    return upsert(contact, body, byTrackingId(trackingId), { emails: 'create_only' })
  }
  if (email === undefined)
    refuseIfAny([
      problem('required', 'tracking_id', ' unless email is sent'),
      problem('required', 'emails', ' unless trackingId is sent'),
    ])
  refuseIfAny(blankProblems(body, contact))
  return upsert(contact, body, { name: 'emails', value: email })
}

export const clientCommand = (body: ClientBody): AssertCommand => {
  refuseIfAny([...trackingIdProblems(body.trackingId), ...blankProblems(body, client), ...tagProblems(body.tags)])
  return upsert(client, body, byTrackingId(body.trackingId))
}

/** What is written down beside the entity when, and only when, its risk level becomes another. */
const riskAssessment = (trackingId: string, riskLevel: string, assessor: string, now: number): AssertCommand => ({
  object: 'risk_assessments',
  match: [],
  values: {
    investment_entity: new Reference('tracking_id', trackingId),
    risk_level: riskLevel,
    assessed_by: assessor,
    assessed_at: new Date(now).toISOString(),
  },
  when: { changed: { command: 0, attribute: 'risk_level' } },
})

/** Whether the request has a risk level: an empty one is ignored. */
export const isAssessed = ({ riskLevel }: EntityBody): boolean => riskLevel !== undefined && !isBlank(riskLevel)

/** The entity, and behind it the risk assessment that goes with a risk level. */
export const entityCommands = (body: EntityBody, assessor: string, now: number): AssertCommand[] => {
  const { trackingId, riskLevel, clientId, ...rest } = body
  refuseIfAny([...trackingIdProblems(trackingId), ...blankProblems(body, entity)])
  const assessed = isAssessed(body)
  const given = {
    ...rest,
    ...(assessed && { riskLevel }),
    ...(clientId !== undefined && { clientId: isUuid(clientId) ? clientId : new Reference('tracking_id', clientId) }),
  }
  const command = upsert(entity, given, byTrackingId(trackingId), { client: 'create_only' })
  return assessed ? [command, riskAssessment(trackingId, riskLevel ?? '', assessor, now)] : [command]
}
