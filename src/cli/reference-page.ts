import { cpSync, existsSync } from 'node:fs'

/** The reference page is one file of a package; it is copied, not committed. */
export const copyReferencePage = () => {
  for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css'])
    if (!existsSync(`public/docs/${name}`)) cpSync(`node_modules/swagger-ui-dist/${name}`, `public/docs/${name}`)
}
