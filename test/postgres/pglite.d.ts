/**
 * What is used of PostgreSQL as WebAssembly. Said here, the project's type check covers this folder also where its packages are
 * not installed.
 */
declare module '@electric-sql/pglite' {
  export class PGlite {
    exec(sql: string): Promise<unknown>
    query<Row>(sql: string): Promise<{ readonly rows: readonly Row[] }>
    close(): Promise<void>
  }
}

declare module '@electric-sql/pglite-socket' {
  import type { PGlite } from '@electric-sql/pglite'

  export class PGLiteSocketServer {
    constructor(options: { readonly db: PGlite; readonly path: string })
    start(): Promise<void>
    stop(): Promise<void>
  }
}
