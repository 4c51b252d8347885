/**
 * The URL of a libSQL server whose path ends with a slash. Without it, what stands behind the last one is dropped by the client
 * without a word, and another database is asked.
 * @param url one that can be parsed
 */
export const withFinalSlash = (url: string): string => {
  const parsed = new URL(url)
  if (['', '/'].includes(parsed.pathname) || parsed.pathname.endsWith('/')) return url
  parsed.pathname += '/'
  return parsed.href
}
