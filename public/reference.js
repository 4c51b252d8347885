const dark = window.matchMedia('(prefers-color-scheme: dark)')
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', follow)
follow()

/** The filter of the page looks at operations; swagger-ui's own looks at the names of their groups only. */
const byOperation = () => ({
  fn: {
    opsFilter: (groups, phrase) => {
      const words = phrase.toLowerCase().split(/\s+/).filter(Boolean)
      const isMeant = (operation) => {
        const about = operation.get('operation')
        const text = [operation.get('method'), operation.get('path'), about.get('summary'), about.get('operationId')]
        return words.every((word) => text.join(' ').toLowerCase().includes(word))
      }
      return groups
        .map((group) => group.set('operations', group.get('operations').filter(isMeant)))
        .filter((group) => group.get('operations').size > 0)
    },
  },
})

/**
 * What the link that `npm start` prints has behind its #, which no server is sent. It leaves the address at once, so that
 * nobody hands it on with the link of an operation.
 */
const takeCredentials = () => {
  const given = Object.fromEntries(new URLSearchParams(window.location.hash.slice(1)))
  // The demo runs on the reader's own machine. Anywhere else a link with credentials would have them write for a stranger.
  if (given.demo === undefined || !['localhost', '127.0.0.1', '[::1]'].includes(window.location.hostname))
    return undefined
  window.history.replaceState(null, '', window.location.pathname + window.location.search)
  return [given.demo, given.developer, given.operator].every((secret) => /^[\w-]+$/.test(secret ?? ''))
    ? given
    : undefined
}
const credentials = takeCredentials()

/** The examples of a contract that has its credentials in the body have these words in their place. */
const withSecrets = (text) =>
  text.replaceAll('YOUR_API_KEY', credentials.demo).replaceAll('YOUR_DEVELOPER_SECRET', credentials.developer)

const ui = window.SwaggerUIBundle({
  url: '/openapi.json',
  responseInterceptor: (response) => {
    if (credentials && new URL(response.url).pathname === '/openapi.json') response.text = withSecrets(response.text)
    return response
  },
  onComplete: () => {
    if (!credentials) return
    ui.preauthorizeApiKey('bearer', credentials.demo)
    ui.preauthorizeApiKey('operator', credentials.operator)
    document.getElementById('how').hidden = true
    document.getElementById('ready').hidden = false
  },
  dom_id: '#reference',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  tryItOutEnabled: true,
  filter: true,
  plugins: [byOperation],
})
