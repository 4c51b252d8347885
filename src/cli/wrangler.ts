import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import type * as Module from 'wrangler'

export type Wrangler = typeof Module

/** It asks nothing, and says nothing that is for who develops Workers by hand. */
const QUIET = { CI: '1', WRANGLER_HIDE_BANNER: 'true', CLOUDFLARE_CF_FETCH_ENABLED: 'false' }

const isMissing = (error: unknown) =>
  /^(ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND)$/.test(String((error as { code?: unknown } | undefined)?.code))

/** @throws Error saying what to install, where the production's packages alone are */
const installed = async <T>(load: () => T | Promise<T>): Promise<T> => {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new Error(
      'For D1 wrangler is needed, a development package: run "npm ci" without --omit=dev, or install it with "npm install --save-dev wrangler".',
      {
        cause: error,
      },
    )
  }
}

/** Loaded where it is needed: it takes longer than all else that a command does. */
export const loadWrangler = (): Promise<Wrangler> => {
  Object.assign(process.env, QUIET, { WRANGLER_LOG: 'error' })
  return installed(() => import('wrangler'))
}

const saidBy = ({ stdout = '', stderr = '', message }: { stdout?: string; stderr?: string; message: string }): string =>
  /\[ERROR\]\s*([^\n]+)/.exec(stripVTControlCharacters(stderr + stdout))?.[1] ?? message

/**
 * Runs a command of wrangler, by Node itself and not by npx, which Windows starts in a shell only.
 * @returns what it printed
 * @throws Error with wrangler's own first sentence
 */
export const runWrangler = async (args: readonly string[]): Promise<string> => {
  const manifest = await installed(() => createRequire(import.meta.url).resolve('wrangler/package.json'))
  const env = { ...process.env, ...QUIET, WRANGLER_LOG: 'log' }
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(manifest, '../bin/wrangler.js'), ...args], {
      env,
    })
    return stdout
  } catch (error) {
    throw new Error(`wrangler: ${saidBy(error as Parameters<typeof saidBy>[0])}`, { cause: error })
  }
}
