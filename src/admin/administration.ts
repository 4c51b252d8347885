import type { DeliveryQuery } from '../hooks/delivery.ts'
import type { Combination } from '../schema/schema.ts'
import { type SecretBox, secretBox } from '../secrets/secret-box.ts'
import { noOutbox, type Outbox } from '../subscriptions/sending.ts'
import { type AttributeChange, addAttribute, changeAttribute, type NewAttribute } from './attributes.ts'
import type { Authority } from './authority.ts'
import { addCombination } from './combinations.ts'
import {
  issueCredential,
  listCredentials,
  type NewCredential,
  type Rotation,
  revokeCredential,
  rotateCredential,
} from './credentials.ts'
import { listDeliveries, readHookDelivery } from './deliveries.ts'
import {
  changeHook,
  createHook,
  deleteHook,
  type HookChange,
  listHooks,
  type NewHook,
  openHook,
  readHook,
  rotateHookSecret,
  type SecretRotation,
} from './hooks.ts'
import { addMember, listMembers, type NewMember, removeMember } from './members.ts'
import { createObject, type NewObject } from './objects.ts'
import { changeOrganization, type OrganizationChange, readOrganization } from './organizations.ts'
import { applySchema, eraseAttribute, eraseObject, exportSchema, type SchemaOptions } from './schema/apply.ts'
import type { SchemaDocument } from './schema/document.ts'
import {
  changeSubscription,
  createSubscription,
  type DeadLetterPage,
  deleteSubscription,
  listDeadLetters,
  listSubscriptions,
  type NewSubscription,
  pingSubscription,
  readSubscription,
  redeliverDeadLetters,
  resumeSubscription,
  rotateSubscriptionSecret,
  type SubscriptionChange,
} from './subscriptions.ts'
import { listUsage } from './usage.ts'

/**
 * Everything an administrator may do, on somebody's authority in one organisation: no call can name another
 * organisation, and none can be made without saying who asks.
 * @param box keeps the secrets of hooks and subscriptions; absent: none can be kept
 * @param outbox sends to the receivers of subscriptions; absent: none can be reached
 */
export const administration = ({ run }: Authority, box: SecretBox = secretBox([]), outbox: Outbox = noOutbox) => ({
  readOrganization: () => run(readOrganization),
  changeOrganization: (change: OrganizationChange) => run((current) => changeOrganization(current, change)),
  listMembers: () => run(listMembers),
  addMember: (member: NewMember) => run((current) => addMember(current, member)),
  removeMember: (id: string) => run((current) => removeMember(current, id)),
  listCredentials: (page: Parameters<typeof listCredentials>[1]) => run((current) => listCredentials(current, page)),
  issueCredential: (credential: NewCredential) => run((current) => issueCredential(current, credential)),
  rotateCredential: (id: string, rotation: Rotation) => run((current) => rotateCredential(current, id, rotation)),
  revokeCredential: (id: string) => run((current) => revokeCredential(current, id)),
  listUsage: (hours: Parameters<typeof listUsage>[1]) => run((current) => listUsage(current, hours)),
  createObject: (object: NewObject) => run((current) => createObject(current, object)),
  addCombination: (object: string, combination: Combination) =>
    run((current) => addCombination(current, object, combination)),
  addAttribute: (object: string, attribute: NewAttribute) => run((current) => addAttribute(current, object, attribute)),
  changeAttribute: (object: string, slug: string, change: AttributeChange) =>
    run((current) => changeAttribute(current, object, slug, change)),
  exportSchema: () => run(exportSchema),
  applySchema: (document: SchemaDocument, options: SchemaOptions) =>
    run((current) => applySchema(current, box, document, options)),
  eraseAttribute: (object: string, slug: string, after: string) =>
    run((current) => eraseAttribute(current, object, slug, after)),
  eraseObject: (slug: string) => run((current) => eraseObject(current, box, slug)),
  listHooks: () => run(listHooks),
  readHook: (id: string) => run((current) => readHook(current, id)),
  openHook: (id: string, tried?: HookChange) => run((current) => openHook(current, box, id, tried)),
  createHook: (hook: NewHook) => run((current) => createHook(current, box, hook)),
  changeHook: (id: string, change: HookChange) => run((current) => changeHook(current, box, id, change)),
  rotateHookSecret: (id: string, rotation: SecretRotation) =>
    run((current) => rotateHookSecret(current, box, id, rotation)),
  deleteHook: (id: string) => run((current) => deleteHook(current, id)),
  listDeliveries: (hookId: string, query: DeliveryQuery) => run((current) => listDeliveries(current, hookId, query)),
  listSubscriptions: () => run(listSubscriptions),
  readSubscription: (id: string) => run((current) => readSubscription(current, id)),
  createSubscription: (subscription: NewSubscription) =>
    run((current) => createSubscription(current, box, outbox, subscription)),
  changeSubscription: (id: string, change: SubscriptionChange) =>
    run((current) => changeSubscription(current, outbox, id, change)),
  rotateSubscriptionSecret: (id: string, rotation: { readonly overlapHours: number }) =>
    run((current) => rotateSubscriptionSecret(current, box, id, rotation)),
  deleteSubscription: (id: string) => run((current) => deleteSubscription(current, id)),
  resumeSubscription: (id: string, options: { readonly skip: boolean }) =>
    run((current) => resumeSubscription(current, id, options)),
  pingSubscription: (id: string) => run((current) => pingSubscription(current, box, outbox, id)),
  listDeadLetters: (id: string, page: DeadLetterPage) => run((current) => listDeadLetters(current, id, page)),
  redeliverDeadLetters: (id: string, recordId?: string) =>
    run((current) => redeliverDeadLetters(current, id, recordId)),
  readDelivery: (hookId: string, id: string) => run((current) => readHookDelivery(current, hookId, id)),
})

export type Administration = ReturnType<typeof administration>
