import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** @returns the text as it was when nobody had typed for so many milliseconds */
export const useStill = (text: string, milliseconds: number): string => {
  const still = useSignal(text)
  useEffect(() => {
    const timer = setTimeout(() => {
      still.value = text
    }, milliseconds)
    return () => clearTimeout(timer)
  }, [text, milliseconds, still])
  return still.value
}
