import { useEffect } from 'preact/hooks'

/** Does it again and again, while somebody looks at the page. */
export const useRounds = (again: () => void, milliseconds: number, isOn = true): void => {
  useEffect(() => {
    if (!isOn) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') again()
    }, milliseconds)
    return () => clearInterval(timer)
  }, [again, milliseconds, isOn])
}
