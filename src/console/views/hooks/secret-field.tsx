import type { Signal } from '@preact/signals'
import { TextField } from '../../parts/text-field.tsx'
import { makeSecret, type Verification } from './kinds.ts'

export interface SecretFieldProps {
  readonly text: Signal<string>
  /** Says of which form it is. */
  readonly verification: Verification
  readonly isFirst?: boolean
}

/** A secret that the tool has made, or one that is made here. */
export const SecretField = ({ text, verification, isFirst = false }: SecretFieldProps) => (
  <div class="with-button">
    <TextField label="Secret" text={text} isFirst={isFirst} placeholder="what the tool says, or a new one" />
    <button
      type="button"
      onClick={() => {
        text.value = makeSecret(verification)
      }}
    >
      Make one
    </button>
  </div>
)

/** What stands in a request that is shown in place of a secret. */
export const HIDDEN = '<the secret>'
