import { useSignal } from '@preact/signals'
import { Check } from '../parts/choice.tsx'
import { Problem } from '../parts/problem.tsx'
import { signIn, signInError } from './session.ts'

export const SignIn = () => {
  const key = useSignal('')
  const keep = useSignal(false)
  const isWaiting = useSignal(false)
  const submit = async (event: Event) => {
    event.preventDefault()
    isWaiting.value = true
    await signIn(key.value.trim(), keep.value)
    isWaiting.value = false
  }
  return (
    <main class="sign-in">
      <h1>edge-upsert</h1>
      <form onSubmit={submit}>
        <label>
          Key
          <input
            type="password"
            autocomplete="current-password"
            required
            value={key.value}
            onInput={(event) => {
              key.value = event.currentTarget.value
            }}
          />
        </label>
        <Check label="Remember it in this browser, where programs of this page can read it" value={keep} />
        <button type="submit" class="primary" disabled={isWaiting.value}>
          Sign in
        </button>
      </form>
      <Problem error={signInError.value} />
      <p class="quiet">
        The key is sent to this server alone, in the header of each request. An administrator issues keys; of the demo,{' '}
        <code>npm start</code> prints a link that brings its key along.
      </p>
    </main>
  )
}
