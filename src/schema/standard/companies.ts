import { attribute, each, object } from './define.ts'

export const companies = () =>
  object('companies', 'Company', 'Companies', [
    attribute('name', 'text', { indexed: true }),
    attribute('domains', 'domain', { multiple: true, unique: true }),
    ...each('text', 'label', 'status', 'type', 'location', 'industry'),
    ...each('text', 'street_one', 'street_two', 'city', 'state', 'zip_code', 'country'),
    ...each('url', 'website', 'linkedin_url', 'x_url', 'facebook_url', 'instagram_url', 'zoominfo_url', 'avatar_url'),
    attribute('websites', 'url', { multiple: true }),
    attribute('phone_number', 'phone_number'),
    attribute('tags', 'text', { multiple: true }),
    attribute('description', 'long_text'),
    attribute('estimated_annual_revenue', 'currency'),
    attribute('owner', 'user'),
  ])
