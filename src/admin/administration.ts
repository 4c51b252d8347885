import type { Combination, ObjectSchema } from '../schema/schema.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { type AttributeChange, addAttribute, changeAttribute, type NewAttribute, newAttribute } from './attributes.ts'
import {
  issueCredential,
  listCredentials,
  type NewCredential,
  revokeCredential,
  rotateCredential,
} from './credentials.ts'
import { addMember, listMembers, type NewMember, removeMember } from './members.ts'
import { addCombination, createObject, type NewObject } from './objects.ts'
import { changeOrganization, type OrganizationChange } from './organizations.ts'

/** Everything an administrator may do, bound to one organisation, so that no call can name another. */
export const administration = (driver: SqlDriver, organizationId: string) => ({
  changeOrganization: (change: OrganizationChange) => changeOrganization(driver, organizationId, change),
  listMembers: () => listMembers(driver, organizationId),
  addMember: (member: NewMember) => addMember(driver, organizationId, member),
  removeMember: (id: string) => removeMember(driver, organizationId, id),
  listCredentials: () => listCredentials(driver, organizationId),
  issueCredential: (credential: NewCredential) => issueCredential(driver, organizationId, credential),
  rotateCredential: (id: string, overlap: number) => rotateCredential(driver, organizationId, id, overlap),
  revokeCredential: (id: string) => revokeCredential(driver, organizationId, id),
  createObject: (object: NewObject) => createObject(driver, organizationId, object),
  addCombination: (object: ObjectSchema, combination: Combination) =>
    addCombination(driver, organizationId, object, combination),
  async addAttribute(object: ObjectSchema, input: NewAttribute) {
    const attribute = newAttribute(
      input,
      (slug) => object.attributes.has(slug) || object.combinations.some((c) => c.name === slug),
    )
    await addAttribute(driver, organizationId, object.slug, attribute)
    return attribute
  },
  changeAttribute: (revision: number, object: ObjectSchema, slug: string, change: AttributeChange) =>
    changeAttribute(driver, { organizationId, revision }, object, slug, change),
})

export type Administration = ReturnType<typeof administration>
