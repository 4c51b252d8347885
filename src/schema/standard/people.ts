import { attribute, each, object } from './define.ts'

/** The one person behind five contracts; docs/contracts/README.md has who calls which attribute what. */
export const people = () =>
  object('people', 'Person', 'People', [
    ...each('text', 'first_name', 'last_name', 'middle_name', 'salutation', 'suffix'),
    attribute('emails', 'email', { multiple: true, unique: true }),
    attribute('phone_number', 'phone_number'),
    attribute('other_phone_numbers', 'phone_number', { multiple: true }),
    // Each value is an address, a tab and one of its labels.
    attribute('email_labels', 'long_text', { multiple: true }),
    attribute('phone_labels', 'long_text', { multiple: true }),
    attribute('tracking_id', 'text', { unique: true }),
    ...each('text', 'job_title', 'department', 'role_label', 'source', 'status', 'timezone'),
    attribute('company', 'relation', { related: 'companies' }),
    attribute('company_name', 'text'),
    ...each(
      'text',
      'street_one',
      'street_two',
      'city',
      'state',
      'zip_code',
      'country',
      'country_code',
      'primary_location',
    ),
    ...each('url', 'avatar_url', 'linkedin_url', 'x_url', 'facebook_url', 'instagram_url', 'zoominfo_url'),
    ...each('long_text', 'description', 'note'),
    attribute('tags', 'text', { multiple: true }),
    attribute('stage', 'status', { options: ['Lead', 'Contacted', 'Qualified', 'Customer', 'Lost'] }),
    attribute('owner', 'user'),
    attribute('owner_team', 'text'),
    attribute('participants', 'user', { multiple: true }),
    ...each('checkbox', 'sms_consent', 'is_test_contact', 'do_not_call', 'do_not_automate'),
    ...each('checkbox', 'email_verified', 'phone_verified', 'auto_engage', 'email_optout', 'sms_optout'),
    ...each('checkbox', 'visible_to_others', 'editable_by_others'),
  ])
