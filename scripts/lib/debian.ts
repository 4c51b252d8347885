import { execFileSync } from 'node:child_process'
import { getuid } from 'node:process'

const apt = (...args: string[]) =>
  execFileSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })

/**
 * Installs one of Debian's packages, without what it only recommends, and says so.
 * @throws Error naming the package, where only the reader may install it
 */
export const installFromDebian = (name: string): void => {
  if (getuid?.() !== 0)
    throw new Error(`Debian's package ${name} is missing. Install it, or run this as root: apt-get install ${name}`)
  console.error(`Installing Debian's package ${name}`)
  apt('update')
  apt('install', '-y', '--no-install-recommends', name)
}
