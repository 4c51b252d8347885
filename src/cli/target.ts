/** What the options of a command say about the database that it is about. */
export interface Target {
  /** `d1` (of wrangler.toml), or the URL of a libSQL database: `file:…`, `libsql://…`. Default: that of `npm run serve`. */
  readonly database?: string
  /** For D1: the deployed database instead of the local one. */
  readonly remote?: boolean
  /** For D1: wrangler's configuration, wrangler.toml by default, and an environment and a binding of it. */
  readonly config?: string
  readonly env?: string
  readonly binding?: string
}

/** What the options of a command say about the deployment that it is about. */
export interface Reach extends Target {
  /** Of a running deployment; absent: the database of the target, in this process. */
  readonly api?: string
  /** Of what `login` has kept; its deployment is a running one, too. */
  readonly profile?: string
}
