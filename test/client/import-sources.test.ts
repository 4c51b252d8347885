import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { openSource, type Source, SourceChangedError } from '../../src/cli/import/reading/source.ts'

/** What is read more than once is the same each time, or is read no more. */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-sources-'))
afterAll(() => rmSync(folder, { recursive: true }))
const LINES = Array.from({ length: 40_000 }, () => `${randomUUID()}\n`).join('')

const lengthOf = async (source: Source, meanwhile = async (_length: number) => undefined as unknown) => {
  let length = 0
  for await (const chunk of source.bytes()) {
    length += chunk.length
    await meanwhile(length)
  }
  return length
}

describe.each([
  ['a file', LINES],
  ['a gzipped one', gzipSync(LINES)],
])('%s', (_, content) => {
  const opened = async () => {
    const path = join(folder, randomUUID())
    writeFileSync(path, content)
    return { path, source: await openSource(path) }
  }

  it('is read as often as it is asked for, and known by its bytes', async () => {
    const { source } = await opened()
    const other = await opened()
    expect(await lengthOf(source)).toBe(LINES.length)
    expect(await lengthOf(source)).toBe(LINES.length)
    expect(await source.fingerprint()).toBe(await other.source.fingerprint())
    for (const one of [source, other.source]) await one.close()
  })

  it.each([
    ['is cut', async (path: string) => truncateSync(path, 500_000)],
    ['grows', async (path: string) => appendFileSync(path, LINES)],
    [
      'is written over',
      async (path: string) => {
        const file = await open(path, 'r+')
        await file.write('other', 900_000)
        await file.close()
      },
    ],
  ])('that %s while it is read has no end', async (_, change) => {
    const { path, source } = await opened()
    await lengthOf(source)
    let isChanged = false
    const reading = lengthOf(source, async (length) => {
      if (isChanged || length < 200_000) return
      isChanged = true
      await change(path)
    })
    await expect(reading).rejects.toSatisfy(
      (error) => error instanceof SourceChangedError || /cannot be inflated/.test(String(error)),
    )
    await expect(lengthOf(source)).rejects.toBeInstanceOf(SourceChangedError)
    await source.close()
  })
})
