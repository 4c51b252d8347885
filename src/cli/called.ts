/** How people call the commands, for all that tells them which one comes next: from the sources, or from the package. */
export const CALLED = import.meta.url.endsWith('.ts') ? 'npm run admin --' : 'npx edge-upsert'
