import { existsSync } from 'node:fs'
import { installFromDebian } from './debian.ts'

/** Chromium, as Debian has it: it is installed where it may be (root, apt); CHROMIUM names another one. */
export const chromiumPath = (): string => {
  const path = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(path)) installFromDebian('chromium')
  return path
}

/** What it is started with: nothing of its own that would ask another host. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
