import { relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { initDeployment } from '../init.ts'
import { note } from '../output.ts'

const begin = (folder: string) => {
  const { name, paths } = initDeployment(folder)
  for (const path of paths) console.log(relative('.', path))
  const inFolder = resolve(folder) === resolve('.') ? '' : `cd '${folder}' && `
  note(`
Try it here:       ${inFolder}npm install && npm start
Bring it online:   npx wrangler d1 create ${name}   (its id belongs into wrangler.toml, at database_id)
                   npm run deploy
                   npx edge-upsert tenant create --name "Acme Ltd" --database d1 --remote
Bring your data:   npx edge-upsert login --api <url>   and then infer, import and sync
Use it:            node_modules/edge-upsert/examples has a form, a nightly job and a Worker`)
}

/** A deployment in a folder of its own, with edge-upsert as a package. */
export const addInitCommand = (program: Command): void => {
  program
    .command('init')
    .argument('[folder]', 'where to write it; it is made if need be', '.')
    .description('write the files of a new deployment: wrangler.toml, worker.js, schema.json, package.json')
    .action((folder: string) => begin(folder))
}
