import { type ReadonlySignal, type Signal, useComputed, useSignal } from '@preact/signals'
import { Choice } from '../../parts/choice.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { type Scheme, schemes, type Verification } from './kinds.ts'

/** How a sender proves who it is, as it is typed. */
interface Typed {
  readonly scheme: Signal<Scheme>
  readonly place: Signal<'header' | 'query'>
  readonly name: Signal<string>
  readonly header: Signal<string>
  readonly prefix: Signal<string>
  readonly separator: Signal<'' | ',' | ';' | ' '>
  readonly template: Signal<string>
  readonly algorithm: Signal<'SHA-256' | 'SHA-1'>
  readonly encoding: Signal<'hex' | 'base64'>
  readonly secret: Signal<'text' | 'base64'>
  readonly id: Signal<string>
  readonly timeHeader: Signal<string>
  readonly timePrefix: Signal<string>
  readonly unit: Signal<'seconds' | 'milliseconds' | 'iso'>
  readonly tolerance: Signal<string>
}

const namesIn = (text: string): string[] => text.split(/[\s,]+/).filter((name) => name !== '')

/** A time where the header or a part of the signature's says it. */
const timeOf = ({ timeHeader, timePrefix, unit, tolerance }: Typed) => {
  const header = namesIn(timeHeader.value)
  if (header.length === 0 && timePrefix.value === '') return {}
  return {
    time: {
      ...(header.length > 0 && { header }),
      ...(timePrefix.value !== '' && { prefix: timePrefix.value }),
      unit: unit.value,
      tolerance: Number(tolerance.value),
    },
  }
}

const verificationOf = (typed: Typed): Verification => {
  const { scheme, place, name, header, prefix, separator, template, algorithm, encoding, secret, id } = typed
  if (scheme.value === 'secret') return { scheme: 'secret', in: place.value, name: name.value }
  if (scheme.value !== 'hmac') return { scheme: scheme.value }
  const ids = namesIn(id.value)
  return {
    scheme: 'hmac',
    signing: {
      header: namesIn(header.value),
      ...(separator.value !== '' && { separator: separator.value }),
      ...(prefix.value !== '' && { prefix: prefix.value }),
      template: template.value,
      algorithm: algorithm.value,
      encoding: encoding.value,
      secret: secret.value,
      ...(ids.length > 0 && { id: ids }),
      ...timeOf(typed),
    },
  }
}

export interface TypedVerification {
  readonly typed: Typed
  readonly verification: ReadonlySignal<Verification>
}

export const useVerification = (): TypedVerification => {
  const typed: Typed = {
    scheme: useSignal<Scheme>('secret'),
    place: useSignal<'header' | 'query'>('header'),
    name: useSignal('X-Hook-Secret'),
    header: useSignal('X-Signature'),
    prefix: useSignal(''),
    separator: useSignal<'' | ',' | ';' | ' '>(''),
    template: useSignal('{body}'),
    algorithm: useSignal<'SHA-256' | 'SHA-1'>('SHA-256'),
    encoding: useSignal<'hex' | 'base64'>('hex'),
    secret: useSignal<'text' | 'base64'>('text'),
    id: useSignal(''),
    timeHeader: useSignal(''),
    timePrefix: useSignal(''),
    unit: useSignal<'seconds' | 'milliseconds' | 'iso'>('seconds'),
    tolerance: useSignal('300'),
  }
  return { typed, verification: useComputed(() => verificationOf(typed)) }
}

const SEPARATORS = {
  '': 'one part',
  ',': 'parts with , between',
  ';': 'parts with ; between',
  ' ': 'parts with a space between',
}
const UNITS = { seconds: 'seconds since 1970', milliseconds: 'milliseconds since 1970', iso: 'ISO 8601 with its zone' }

const Signing = ({ typed }: { readonly typed: Typed }) => (
  <fieldset>
    <legend>Its signature</legend>
    <TextField label="Header that has it" text={typed.header} required />
    <TextField label="What is signed" text={typed.template} placeholder="{timestamp}.{body}" required />
    <p class="quiet">
      <code>{'{body} {id} {timestamp} {method} {url}'}</code>, each once, and all else as it is.
    </p>
    <div class="pair">
      <Choice label="The header is" value={typed.separator} options={SEPARATORS} />
      <TextField label="The signature begins behind" text={typed.prefix} placeholder="v1=" />
      <Choice label="Algorithm" value={typed.algorithm} options={{ 'SHA-256': 'SHA-256', 'SHA-1': 'SHA-1' }} />
      <Choice label="Written in" value={typed.encoding} options={{ hex: 'hex', base64: 'base64' }} />
      <Choice label="The secret is" value={typed.secret} options={{ text: 'a text', base64: 'bytes, in base64' }} />
      <TextField label="Header with the id, if it is signed" text={typed.id} />
      <TextField label="Header with the time, if it is signed" text={typed.timeHeader} />
      <TextField label="or the time's part begins with" text={typed.timePrefix} placeholder="t=" />
      <Choice label="The time is in" value={typed.unit} options={UNITS} />
      <TextField label="Seconds that it may differ" text={typed.tolerance} />
    </div>
  </fieldset>
)

/** How the sender is known: by the scheme of a tool, or one of its own, described here. */
export const VerificationForm = ({ typed }: { readonly typed: Typed }) => (
  <>
    <Choice label="It proves itself by" value={typed.scheme} options={schemes} />
    {typed.scheme.value === 'secret' && (
      <div class="pair">
        <Choice label="The secret is in" value={typed.place} options={{ header: 'a header', query: 'a parameter' }} />
        <TextField label="Its name" text={typed.name} required />
      </div>
    )}
    {typed.scheme.value === 'hmac' && <Signing typed={typed} />}
  </>
)
