/**
 * Loaded before the program, and no TypeScript, because it must run where TypeScript does not: Node runs it by itself from
 * 22.18 (in the line of 23, from 23.6) on.
 */
if (!process.features.typescript) {
  console.error(`edge-upsert needs Node 22.18 or newer, and this is ${process.versions.node}: install a newer one.`)
  process.exit(1)
}
