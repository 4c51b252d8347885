import { useSignal } from '@preact/signals'
import { ask } from '../../calls/question.ts'
import { Check, Choice } from '../../parts/choice.tsx'
import { DialogForm } from '../../parts/dialog-form.tsx'
import { Opener } from '../../parts/opener.tsx'
import { linesIn, TextField } from '../../parts/text-field.tsx'
import { type Attribute, attributesOf, objectNamed, objects, titlesOfObjects } from '../../schema/objects.ts'
import { type Hook, type Mapping, type Preset, presets, type Verification } from './kinds.ts'
import { HIDDEN, SecretField } from './secret-field.tsx'
import { useVerification, VerificationForm } from './verification-form.tsx'

/** How the tool of a preset makes its secrets: by the scheme of the same name. */
const schemeOf: Readonly<Record<Preset, Verification['scheme']>> = {
  'cal-bookings': 'cal',
  'calendly-invitees': 'calendly',
  'github-users': 'github',
  'shopify-customers': 'shopify',
  'stripe-customers': 'stripe',
  'typeform-answers': 'typeform',
}

/** What a mapping begins with: most tools call an address `email`. It is written on the hook's page, beside a payload. */
const firstMapping = (key: Attribute | undefined): Mapping => {
  if (!key) return { match: [], values: {} }
  const path = key.type === 'email' ? 'body.email' : `body.${key.slug}`
  return { match: [{ [key.slug]: path }], values: { [key.slug]: key.multiple ? `[${path}]` : path } }
}

export interface CreateHookProps {
  /** @param secret what it was made with; empty: it has none yet */
  readonly onDone: (made?: { readonly hook: Hook; readonly secret: string }) => void
}

const Form = ({ onDone }: CreateHookProps) => {
  const kind = useSignal<'preset' | 'unknown'>('unknown')
  const preset = useSignal<Preset>('cal-bookings')
  const name = useSignal('')
  const object = useSignal(objectNamed('people')?.slug ?? objects.value[0]?.slug ?? '')
  const { typed, verification } = useVerification()
  const allowlist = useSignal('')
  const secret = useSignal('')
  const keepPayload = useSignal(true)
  const isPreset = kind.value === 'preset'
  const schema = objectNamed(object.value)
  const key = schema && attributesOf(schema).find(({ unique }) => unique)
  const questionWith = (secrets: readonly string[]) =>
    ask('post', '/v1/hooks', {
      body: {
        ...(name.value.trim() !== '' && { name: name.value.trim() }),
        ...(isPreset
          ? { preset: preset.value }
          : { object: object.value, mapping: firstMapping(key), verification: verification.value }),
        ...(allowlist.value.trim() !== '' && { allowlist: [...linesIn(allowlist.value)] }),
        ...(secrets.length > 0 && { secrets: [...secrets] }),
        keepPayload: keepPayload.value,
      },
    })
  const create = async () => {
    const given = secret.value
    onDone({ hook: await questionWith(given === '' ? [] : [given]).send(), secret: given })
  }
  return (
    <DialogForm
      title="Create a hook"
      verb="Create"
      of="this creation"
      question={questionWith(secret.value === '' ? [] : [HIDDEN])}
      submit={create}
      onClose={() => onDone()}
    >
      <Choice
        label="For"
        value={kind}
        options={{ unknown: 'a tool that nobody knows', preset: 'a tool with a preset' }}
      />
      {isPreset && (
        <>
          <Choice
            label="Preset"
            value={preset}
            options={Object.fromEntries(Object.entries(presets).map(([one, { title }]) => [one, title]))}
          />
          <p class="quiet">Events to switch on there: {presets[preset.value].events}.</p>
        </>
      )}
      <TextField
        label={isPreset ? 'Name (empty: as the preset)' : 'Name'}
        text={name}
        required={!isPreset}
        isFirst
        placeholder="Signup forms"
      />
      {!isPreset && (
        <>
          <Choice label="It writes to" value={object} options={titlesOfObjects()} />
          <VerificationForm typed={typed} />
        </>
      )}
      {(isPreset || verification.value.scheme !== 'address') && (
        <SecretField text={secret} verification={isPreset ? { scheme: schemeOf[preset.value] } : verification.value} />
      )}
      <p class="quiet">Where the tool makes the secret, leave it empty: it is given later.</p>
      <TextField label="Only from these addresses, one a line (empty: any)" text={allowlist} rows={2} />
      <Check label="Keep payloads: nothing can be delivered again without them" value={keepPayload} />
    </DialogForm>
  )
}

export const CreateHook = ({ onMade }: { readonly onMade: (hook: Hook, secret: string) => void }) => (
  <Opener class="primary" title="Create a hook">
    {(close) => (
      <Form
        onDone={(made) => {
          close()
          if (made) onMade(made.hook, made.secret)
        }}
      />
    )}
  </Opener>
)
