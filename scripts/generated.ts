import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a file that is made from something else; with `--check` it only says whether the file is up to date. */
export const generated = (path: string, text: string, command: string): void => {
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is out of date. Run: ${command}`)
    process.exitCode = 1
  }
}
