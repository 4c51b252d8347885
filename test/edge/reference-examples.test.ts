import { env } from 'cloudflare:workers'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { referenceSuite } from '../support/reference-suite.ts'

referenceSuite(() => d1Driver(env.DB))
