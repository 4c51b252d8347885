import { attribute, each, object } from './define.ts'

/** Whom a firm invests for, and through what. */
export const clients = () =>
  object('clients', 'Client', 'Clients', [
    attribute('tracking_id', 'text', { unique: true }),
    ...each('text', 'name', 'client_group_id'),
    attribute('tags', 'text', { multiple: true }),
    attribute('note', 'long_text'),
  ])

export const investmentEntities = () =>
  object('investment_entities', 'Investment entity', 'Investment entities', [
    attribute('tracking_id', 'text', { unique: true }),
    ...each('text', 'name', 'type', 'jurisdiction', 'aml_kyc_status', 'risk_level'),
    attribute('client', 'relation', { related: 'clients' }),
    attribute('note', 'long_text'),
  ])

/** One record for every time that the risk level of an investment entity was set to something new. */
export const riskAssessments = () =>
  object('risk_assessments', 'Risk assessment', 'Risk assessments', [
    attribute('investment_entity', 'relation', { related: 'investment_entities', indexed: true }),
    attribute('risk_level', 'text'),
    attribute('assessed_by', 'text'),
    attribute('assessed_at', 'datetime'),
  ])
