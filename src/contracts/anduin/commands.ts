import { type AssertCommand, type MatchKey, Reference } from '../../engine/command.ts'
import { type Problem, problem, refuseIfAny } from '../../engine/errors.ts'
import { isUuid } from '../../schema/schema.ts'
import { readFields, slugOf, type Values } from '../kit/fields.ts'
import { isBlank, type JsonObject } from '../kit/json.ts'
import { client, contact, entity, type Resource } from './fields.ts'
import type { ClientBody, ContactBody, ContactUpdateBody, EntityBody } from './schemas.ts'

const isEmptied = (value: unknown): boolean => value === null || isBlank(value)

const trackingIdProblems = (trackingId: string): Problem[] =>
  isBlank(trackingId) ? [problem('empty_match_value', 'tracking_id')] : []

/** The schema lets these fields be cleared, since other contracts may; an upsert does not. */
const blankProblems = (body: JsonObject, { required, fields }: Resource): Problem[] =>
  required.filter((name) => isEmptied(body[name])).map((name) => problem('not_clearable', slugOf(fields, name)))

const tagProblems = (tags: readonly string[] | null | undefined): Problem[] =>
  tags?.some(isBlank) ? [problem('invalid_value', 'tags', 'a list of tags, none of them empty')] : []

/** "" clears, and so do null and text of spaces. What an answer has besides the fields is not read. */
const valuesOf = (body: JsonObject, { fields }: Resource): Values => readFields(body, fields, { clears: isBlank })

/** Everything but the match key, which the engine writes by itself. */
const valuesBeside = (matchedBy: string, body: JsonObject, resource: Resource): Values => {
  const { [matchedBy]: _, ...values } = valuesOf(body, resource)
  return values
}

/** What only a create needs: the engine looks at it within the write, if nothing matched. */
const missingOnCreate = (body: JsonObject, { required, fields, noun }: Resource): Problem[] =>
  required
    .filter((name) => body[name] === undefined)
    .map((name) => problem('required', slugOf(fields, name), ` to create ${noun}`))

/** @param createOnly the slug of what an update leaves alone. Named only where it is sent: an organisation may have archived it */
const upsert = (resource: Resource, body: JsonObject, key: MatchKey, createOnly?: string): AssertCommand => {
  const values = valuesBeside(key.name, body, resource)
  return {
    object: resource.object,
    match: [key],
    values,
    ...(createOnly !== undefined &&
      values[createOnly] !== undefined && { writeModes: { [createOnly]: 'create_only' } }),
    createProblems: missingOnCreate(body, resource),
  }
}

const byTrackingId = (trackingId: string): MatchKey => ({ name: 'tracking_id', value: trackingId })

/** An address that is empty beside a tracking id finds nothing and changes nothing: it counts as not sent. */
const withoutEmptyEmail = ({ email, ...rest }: ContactBody): ContactBody =>
  isEmptied(email) ? rest : { ...rest, email }

/** The tracking id alone decides where there is one; only without it is the address a match key. */
export const contactCommand = (body: ContactBody): AssertCommand => {
  const { trackingId, email, ...rest } = body
  // Null is how an answer shows that there is none.
  if (trackingId !== undefined && trackingId !== null) {
    const sent = withoutEmptyEmail(body)
    refuseIfAny([...trackingIdProblems(trackingId), ...blankProblems(sent, contact)])
    return upsert(contact, sent, byTrackingId(trackingId), 'emails')
  }
  if (email === undefined)
    refuseIfAny([
      problem('required', 'tracking_id', ' unless email is sent'),
      problem('required', 'emails', ' unless trackingId is sent'),
    ])
  refuseIfAny(blankProblems(body, contact))
  return upsert(contact, { ...rest, email }, { name: 'emails', value: email })
}

/** How a path names a record: by our id, or by the tracking id. Ours wins, so it comes first. */
export const pathKeys = (pathId: string): readonly MatchKey[] =>
  isUuid(pathId) ? [{ name: 'id', value: pathId }, byTrackingId(pathId)] : [byTrackingId(pathId)]

/**
 * A command for each key that the path may mean. A later one runs only if no record has the key before it, so at most one
 * of them writes; one that matched by several keys could not give the record another tracking id.
 */
export const contactUpdates = (contactId: string, body: ContactUpdateBody): readonly AssertCommand[] => {
  const values = valuesOf(body, contact)
  const [first, ...others] = pathKeys(contactId).map(
    (key): AssertCommand => ({
      object: contact.object,
      match: [key],
      values,
      // The address that this contract shows is replaced; what other contracts have put behind it stays.
      ...(typeof values.emails === 'string' && { writeModes: { emails: 'replace_first' } }),
      mode: 'update',
      onArchived: 'refuse',
    }),
  )
  const [key] = first?.match ?? []
  return first && key
    ? [first, ...others.map((other) => ({ ...other, when: { absent: { object: contact.object, ...key } } }))]
    : []
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
export const isAssessed = ({ riskLevel }: EntityBody): boolean => riskLevel !== undefined && !isEmptied(riskLevel)

/** The client by our id, or else by its tracking id, which may look like one of ours. */
const clientReference = (clientId: string): Reference => {
  const byTracking = new Reference('tracking_id', clientId)
  return isUuid(clientId) ? new Reference('id', clientId, byTracking) : byTracking
}

/** The entity, and behind it the risk assessment that goes with a risk level. */
export const entityCommands = (body: EntityBody, assessor: string, now: number): AssertCommand[] => {
  const { trackingId, riskLevel, clientId, ...rest } = body
  refuseIfAny([...trackingIdProblems(trackingId), ...blankProblems(body, entity)])
  const assessed = isAssessed(body)
  const given = {
    ...rest,
    ...(assessed && { riskLevel }),
    ...(typeof clientId === 'string' && { clientId: clientReference(clientId) }),
  }
  const command = upsert(entity, given, byTrackingId(trackingId), 'client')
  return assessed ? [command, riskAssessment(trackingId, riskLevel ?? '', assessor, now)] : [command]
}
