import type { SqlDriver } from '../storage/driver.ts'
import type { Deployment } from './deployment.ts'
import { PlaceError, shared } from './place.ts'
import { Places } from './places.ts'
import { sqlTenantDirectory } from './sql-directory.ts'

/** A deployment with one database, in which its directory is, too: for commands, tests, and whoever needs no more. */
export const sharedDeployment = (driver: SqlDriver): Deployment => ({
  places: new Places({
    home: shared,
    open: (_organizationId, { shape }) => {
      if (shape !== 'shared') throw new PlaceError('all tenants live in one database here')
      return driver
    },
  }),
  directory: sqlTenantDirectory(driver),
  isMixed: false,
  isServed: false,
})
