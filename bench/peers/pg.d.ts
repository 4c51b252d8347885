/**
 * What is used of pg, which brings no types. Said here, the project's type check covers this folder also where the
 * peers' packages are not installed.
 */
declare module 'pg' {
  export interface Query {
    /** A statement with a name is parsed once a connection. */
    readonly name?: string
    readonly text: string
    readonly values?: readonly unknown[]
  }

  export class Pool {
    constructor(options: {
      readonly host: string
      readonly user: string
      readonly database: string
      readonly max: number
    })
    query<Row = unknown>(query: Query): Promise<{ readonly rows: readonly Row[] }>
  }
}
