/**
 * Stands in the Worker's bundle for zod's messages in sixty languages, 40 KB of it (wrangler.toml, [alias]). They are told
 * to nobody: what a schema finds wrong is said by our own table (validation.ts).
 */
export {}
