/** What an expression can name in a payload: offered where one is typed. */

const MOST = 200

const step = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name))

const leaves = (value: unknown, path: string): readonly string[] => {
  if (Array.isArray(value)) return value.length === 0 ? [path] : leaves(value[0], `${path}[0]`)
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${step(name)}`))
}

/** @returns `body.customer.mail` and the like; none of what is no JSON */
export const pathsIn = (payload: string): readonly string[] => {
  try {
    return leaves(JSON.parse(payload), 'body').slice(0, MOST)
  } catch {
    return []
  }
}
