import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import { openApiDocument } from '../../src/http/openapi.ts'
import type { Described } from './described.ts'
import { recordExamples } from './recorded-examples.ts'
import { type Document, withExamples } from './with-examples.ts'

const noDatabase = () => {
  throw new Error('Describing the routes needs no database')
}

/** The OpenAPI document of these contracts, with an example on every body. */
export const documentOf = async (described: readonly Described[], version: string): Promise<Document> => {
  const app = createApp({
    contracts: described.map(({ entry }) => entry),
    services: createServices(noDatabase),
    clientAddress: () => undefined,
    serverTiming: false,
  })
  const contracts = described.map(({ contract }) => contract)
  const document = openApiDocument(contracts, await app.contractApps(), version) as Document
  return withExamples(document, described, await recordExamples(described))
}
