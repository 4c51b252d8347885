import * as module from 'node:module'

/**
 * Run by every Node process of the tests before its own program. For each module of a package Node reads the whole
 * package.json again, and that of drizzle-orm has 180 KB: two thirds of what a command takes to start. A module that
 * another one of drizzle-orm names by its path needs nothing of it. An older Node, which may run npm, has no such hooks.
 */
const INSIDE = /\/node_modules\/drizzle-orm\/.*\.js$/

module.registerHooks?.({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('.') || !INSIDE.test(context.parentURL ?? '')) return next(specifier, context)
    return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true }
  },
})
