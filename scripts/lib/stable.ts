/** Also behind the `\\n` of a line in a text, where no word begins. */
const UUID = /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/g
const SECRET = /\b(eu|zdk)_[0-9a-f]{32}_[A-Za-z0-9_-]{43}/g
const SIGNING_SECRET = /\bwhsec_[A-Za-z0-9+/]{43}=/g
/** Milliseconds since 1970, where they stand as a number. */
const INSTANT = /:1\d{12}\b/g
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?/g

const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`

/**
 * The same value with ids numbered as they appear, one time for all, and secrets that nobody could take for real.
 * @param fixed ids that are the same every time, and stay
 */
export const stable = <T>(value: T, fixed: Iterable<string>): T => {
  const kept = [...fixed]
  const ids = new Map(kept.map((id) => [id, id]))
  const text = JSON.stringify(value)
    .replace(SECRET, (_, kind: string) => `${kind}_secret-shown-once`)
    .replace(SIGNING_SECRET, 'whsec_secret-shown-once')
    .replace(UUID, (id) => {
      const known = ids.get(id) ?? idOf(ids.size - kept.length + 1)
      ids.set(id, known)
      return known
    })
    .replace(TIME, (_, milliseconds: string | undefined) => `2026-01-31T09:30:00${milliseconds ? '.000' : ''}`)
    .replace(INSTANT, ':1769851800000')
    .replace(/"operator":"[0-9a-f]{12}"/g, '"operator":"5ad1c7e09b3f"')
    // How long something took is another figure on every machine.
    .replace(/"milliseconds":[\d.]+/g, '"milliseconds":7')
    .replace(/"nextCursor":"[^"]+"/g, '"nextCursor":"opaque-cursor"')
    // Also in a line of JSON that stands in a text.
    .replace(/(changesCursor\\*":\\*")[^"\\]+/g, '$1opaque-cursor')
  return JSON.parse(text) as T
}
