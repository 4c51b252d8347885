import { globSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { publicFiles } from '../../src/node/assets.ts'

/** The console as it is built: what a reader loads. What it does is tested in a browser (npm run test:console). */

interface Chunk {
  readonly file: string
  readonly isEntry?: true
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}

const manifest = JSON.parse(readFileSync('public/console/manifest.json', 'utf8')) as Record<string, Chunk>

const sent = (file: string): number => gzipSync(readFileSync(file)).length

/** Bytes of these chunks and of all that they import, as a server that compresses sends them. */
const bytesOf = (names: readonly string[]): number => {
  const files = new Set<string>()
  const add = (name: string) => {
    const chunk = manifest[name]
    if (!chunk || files.has(chunk.file)) return
    files.add(chunk.file)
    for (const one of chunk.imports ?? []) add(one)
  }
  for (const name of names) add(name)
  return [...files]
    .filter((file) => file.endsWith('.js'))
    .reduce((bytes, file) => bytes + sent(`public/console/${file}`), 0)
}

it('has no numbering plans of the world, which are larger than any view: the server reads telephone numbers', () => {
  expect(globSync('public/console/**/e164*')).toEqual([])
})

it('is small: 120 KB of script in all, and 60 KB before any view is seen', () => {
  const [entry = '', { dynamicImports = [] } = {}] = Object.entries(manifest).find(([, { isEntry }]) => isEntry) ?? []
  // Those of threads are in no manifest.
  const all = globSync('public/console/**/*.js').reduce((bytes, file) => bytes + sent(file), 0)
  expect(all).toBeGreaterThan(bytesOf(Object.keys(manifest)))
  expect(all).toBeLessThan(120_000)
  for (const view of dynamicImports) expect([view, bytesOf([entry, view]) < 60_000]).toEqual([view, true])
  expect(dynamicImports.length).toBeGreaterThan(0)
})

it('has no script and no style in its page, and none from elsewhere', async () => {
  const answer = await publicFiles()(new Request('http://node.test/console/'))
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  const page = await answer.text()
  expect(page.match(/<script(?![^>]* src="\/console\/)|<style|(?:src|href)="(?!\/)/g)).toBeNull()
})

it('tells nothing of the machine that has built it', () => {
  const telling = globSync('public/console/**/*.js').filter((file) =>
    readFileSync(file, 'utf8').includes(process.cwd()),
  )
  expect(telling).toEqual([])
})
