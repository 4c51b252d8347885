import { createHmac } from 'node:crypto'
import { sign as githubSign } from '@octokit/webhooks-methods'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import type { SchemeName } from '../../src/hooks/schemes.ts'

/** Deliveries signed as their senders do it: by the sender's own library where there is one, else as its documentation says. */

export const SECRET = 'a-secret-of-the-sender'
export const WHSEC = `whsec_${btoa('0123456789abcdef0123456789abcdef')}`

export interface Signed {
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
}

/** What is signed besides the body. */
export interface Occasion {
  /** Milliseconds since 1970, a whole second. */
  readonly now: number
  readonly url: string
}

type Sign = (body: string, occasion: Occasion) => Promise<Signed>

const hmac = (algorithm: string, text: string, encoding: 'hex' | 'base64') =>
  createHmac(algorithm, SECRET).update(text).digest(encoding)

const seconds = (now: number) => String(Math.floor(now / 1_000))

export const senders: Readonly<Record<SchemeName | 'svix', Sign>> = {
  standard: async (body, { now }) => ({
    secret: WHSEC,
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': seconds(now),
      'webhook-signature': new StandardWebhook(WHSEC).sign('msg_1', new Date(now), body),
    },
  }),
  svix: async (body, { now }) => ({
    secret: WHSEC,
    headers: {
      'svix-id': 'msg_1',
      'svix-timestamp': seconds(now),
      'svix-signature': new SvixWebhook(WHSEC).sign('msg_1', new Date(now), body),
    },
  }),
  stripe: async (payload, { now }) => ({
    secret: SECRET,
    headers: {
      'stripe-signature': await new Stripe('sk_test').webhooks.generateTestHeaderStringAsync({
        payload,
        secret: SECRET,
        timestamp: Math.floor(now / 1_000),
      }),
    },
  }),
  github: async (body) => ({ secret: SECRET, headers: { 'x-hub-signature-256': await githubSign(SECRET, body) } }),
  shopify: async (body) => ({ secret: SECRET, headers: { 'x-shopify-hmac-sha256': hmac('sha256', body, 'base64') } }),
  calendly: async (body, { now }) => ({
    secret: SECRET,
    headers: {
      'calendly-webhook-signature': `t=${seconds(now)},v1=${hmac('sha256', `${seconds(now)}.${body}`, 'hex')}`,
    },
  }),
  typeform: async (body) => ({
    secret: SECRET,
    headers: { 'typeform-signature': `sha256=${hmac('sha256', body, 'base64')}` },
  }),
  cal: async (body) => ({ secret: SECRET, headers: { 'x-cal-signature-256': hmac('sha256', body, 'hex') } }),
  intercom: async (body) => ({ secret: SECRET, headers: { 'x-hub-signature': `sha1=${hmac('sha1', body, 'hex')}` } }),
  hubspot: async (body, { now, url }) => ({
    secret: SECRET,
    headers: {
      'x-hubspot-request-timestamp': String(now),
      'x-hubspot-signature-v3': hmac('sha256', `POST${url}${body}${now}`, 'base64'),
    },
  }),
}
