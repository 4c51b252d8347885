import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Problem } from '../parts/problem.tsx'
import { objectsError, readObjects } from '../schema/objects.ts'
import { isOpening, signOut, who } from '../session/session.ts'
import { SignIn } from '../session/sign-in.tsx'
import { hrefOf } from './address.ts'
import { Navigation } from './navigation.tsx'
import { Outlet } from './outlet.tsx'
import { isPaletteKey, Palette } from './palette.tsx'

const usePalette = () => {
  const isOpen = useSignal(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!isPaletteKey(event)) return
      event.preventDefault()
      isOpen.value = !isOpen.value
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [isOpen])
  return isOpen
}

const Signed = ({ organization, scopes }: { readonly organization: string; readonly scopes: readonly string[] }) => {
  const isPaletteOpen = usePalette()
  return (
    <>
      <header class="top">
        <button type="button" class="skip" onClick={() => document.querySelector('main')?.focus()}>
          Skip to the view
        </button>
        <a class="home" href={hrefOf([])}>
          {organization}
        </a>
        <button
          type="button"
          class="search"
          onClick={() => {
            isPaletteOpen.value = true
          }}
        >
          Go to… <kbd>Ctrl K</kbd>
        </button>
        <span class="quiet scopes">{scopes.join(', ')}</span>
        <button type="button" class="bare" onClick={signOut}>
          Sign out
        </button>
      </header>
      <Navigation />
      <main tabIndex={-1}>
        <Problem error={objectsError.value} onAgain={() => void readObjects()} />
        <Outlet />
      </main>
      {isPaletteOpen.value && (
        <Palette
          onClose={() => {
            isPaletteOpen.value = false
          }}
        />
      )}
    </>
  )
}

/** What stands around every view. */
export const Frame = () => {
  const one = who.value
  if (isOpening.value) return null
  if (!one) return <SignIn />
  return <Signed organization={one.organization.name} scopes={one.scopes} />
}
