import { execFileSync, spawn } from 'node:child_process'
import { buildSite } from '../site/build.ts'
import { type DemoCredentials, seedDemo } from './demo.ts'
import { withDatabase } from './open.ts'

/** `npm start`: migrate a local D1, seed the demo, run the Worker, say how to use it. */

const port = process.env.PORT ?? '8787'
const baseUrl = `http://127.0.0.1:${port}`
const quiet = { ...process.env, CI: '1', WRANGLER_HIDE_BANNER: 'true', CLOUDFLARE_CF_FETCH_ENABLED: 'false' }

const migrate = () => {
  execFileSync('npx', ['wrangler', 'd1', 'migrations', 'apply', 'DB', '--local'], {
    env: quiet,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

const seed = (): Promise<DemoCredentials> =>
  withDatabase({ database: 'd1', binding: 'DB' }, (driver) => seedDemo(driver, baseUrl))

const isUp = async () => {
  try {
    return (await fetch(`${baseUrl}/health`)).ok
  } catch {
    return false
  }
}

const untilUp = async () => {
  for (let tries = 0; tries < 300; tries++) {
    if (await isUp()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`Nothing answers at ${baseUrl}/health`)
}

const curl = ({ bearerToken }: DemoCredentials) => `curl -i -X PUT '${baseUrl}/v2/crm/people?matchingAttribute=email' \\
  -H 'Authorization: Bearer ${bearerToken}' \\
  -H 'Content-Type: application/json' \\
  -d '{"firstName":"Ada","lastName":"Lovelace","emails":["ada@engine.example"]}'`

buildSite()
migrate()
const credentials = await seed()
const worker = spawn(
  'npx',
  [
    'wrangler',
    'dev',
    '--ip',
    '127.0.0.1',
    '--port',
    port,
    '--log-level',
    'error',
    '--show-interactive-dev-session=false',
  ],
  {
    env: quiet,
    stdio: ['ignore', 'inherit', 'inherit'],
  },
)
worker.on('exit', (code) => process.exit(code ?? 1))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => worker.kill(signal))
await untilUp()
console.log(`
edge-upsert runs at ${baseUrl}
Reference:          ${baseUrl}/docs/reference
Demo credentials:   .demo/credentials.json

Create a person; the same again updates it:

${curl(credentials)}
`)
