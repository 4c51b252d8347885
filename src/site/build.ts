import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sitePages } from './pages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url).href)

const writeChanged = (path: string, content: string | Buffer) => {
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/**
 * Makes the pages of public/ from docs/, and puts the reference page's own files beside them. Nothing of it is committed:
 * whatever starts the product or deploys it comes by here first. What is up to date is not written, so that a folder that
 * cannot be written to will do once it was.
 */
export const buildSite = (): void => {
  for (const { file, text } of sitePages(root)) writeChanged(join(root, 'public', file), text)
  for (const picture of globSync(join(root, 'docs/**/*.webp')))
    writeChanged(join(root, 'public', relative(root, picture)), readFileSync(picture))
  for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
    const to = join(root, 'public/docs/reference', name)
    if (!existsSync(to)) cpSync(join(root, 'node_modules/swagger-ui-dist', name), to)
  }
}
