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

window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  tryItOutEnabled: true,
  filter: true,
  plugins: [byOperation],
})
