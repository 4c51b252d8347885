import type { components } from '../../../client/index.ts'

/** What the API knows by name, in the words that it is read with. Each list is complete, or TypeScript complains. */

export type Hook = components['schemas']['Hook']
export type Verification = components['schemas']['HookVerification']
export type Mapping = components['schemas']['HookMapping']
export type Options = components['schemas']['HookOptions']
export type Scheme = Verification['scheme']
export type Preset = NonNullable<components['schemas']['NewHook']['preset']>
export type WriteMode = NonNullable<Options['write']>[string]

/** Each with what to switch on at the sender. */
export const presets: Readonly<Record<Preset, { readonly title: string; readonly events: string }>> = {
  'cal-bookings': { title: 'Cal.com bookings', events: 'BOOKING_CREATED and BOOKING_RESCHEDULED' },
  'calendly-invitees': { title: 'Calendly invitees', events: 'invitee.created' },
  'github-users': { title: 'GitHub users', events: 'any: whoever has done what an event tells of' },
  'shopify-customers': { title: 'Shopify customers', events: 'customers/create and customers/update' },
  'stripe-customers': { title: 'Stripe customers', events: 'customer.created and customer.updated' },
  'typeform-answers': {
    title: 'Typeform answers',
    events:
      'answers to a form that asks for an e-mail address; first_name and last_name are found by the reference of their question',
  },
}

export const schemes: Readonly<Record<Scheme, string>> = {
  secret: 'A secret that it sends along',
  hmac: 'A signature of its own kind',
  standard: 'Standard Webhooks, or Svix',
  address: 'Its addresses alone',
  cal: 'As Cal.com',
  calendly: 'As Calendly',
  github: 'As GitHub',
  hubspot: 'As HubSpot, version 3',
  intercom: 'As Intercom',
  shopify: 'As Shopify',
  stripe: 'As Stripe',
  typeform: 'As Typeform',
}

/** Of a single value; a list can be added to besides. */
export const writeModes: Readonly<Record<WriteMode, string>> = {
  replace: 'replaces',
  keep: 'is written on creating only',
  fill: 'only where nothing is',
  append: 'is added behind',
  prepend: 'is added before',
  remove: 'is taken out',
}

export const ofLists: ReadonlySet<WriteMode> = new Set(['append', 'prepend', 'remove'])

export const stateOf = ({ state, pausedAt }: Hook): string =>
  state === 'paused' && pausedAt !== null ? 'paused by itself' : state

/** Whether secrets are bytes, told in base64. */
export const takesBytes = ({ scheme, signing }: Verification): boolean =>
  scheme === 'standard' || signing?.secret === 'base64'

/** 32 random bytes, in the form that the scheme wants. */
export const makeSecret = (verification: Verification): string => {
  const base64 = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
  return takesBytes(verification) ? `whsec_${base64}` : base64.replaceAll(/[^A-Za-z0-9]/g, '')
}
