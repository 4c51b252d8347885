import { written } from '../../engine/assert.ts'
import { type Operation, operation } from '../kit/operation.ts'
import { commandsOf, planEntity, settingsOf } from './commands.ts'
import { readOperations } from './reads.ts'
import { throwRefusals } from './refusals.ts'
import { renderDebug, renderSuccess } from './render.ts'
import { addContactBody, addContactResponses } from './schemas.ts'

export const operations: readonly Operation[] = [
  operation({
    method: 'post',
    path: '/apis/v2/public/crm/addContactsFull',
    operationId: 'zyntroAddContact',
    summary: 'Create or update a contact and its company',
    description:
      'Finds a contact by the field that lookup_by names. In a b2b organisation a new contact also gets a company, found by name; both are written, or neither. The credentials stand in the body.',
    body: addContactBody,
    responses: addContactResponses,
    translate: ({ body }, organization) => commandsOf(body, organization),
    options: () => ({ allOrNothing: true }),
    answer: ({ outcomes, organization, cost }, { body }) => {
      const [entity, outcome] = outcomes.length > 1 ? outcomes : [undefined, outcomes[0]]
      const kind = planEntity(body, organization.crmMode)?.kind
      const asked = kind !== undefined && kind !== 'generated'
      const { debug, lookup } = settingsOf(body)
      throwRefusals(body.contact, asked, outcome, entity)
      const contact = written(outcome)
      // A company that was not asked for is written for new contacts only; the answer may show one that stood there.
      const ran = asked || contact.status === 'created'
      return {
        status: 200,
        body: {
          ...renderSuccess(contact, entity && ran ? written(entity) : null),
          ...(debug && { debug: renderDebug(contact, lookup, cost) }),
        },
      }
    },
  }),
  ...readOperations,
]
