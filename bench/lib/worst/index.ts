import { asserts } from './asserts.ts'
import type { Case } from './case.ts'
import { examplesBut } from './examples.ts'
import { reads } from './reads.ts'
import { schema } from './schema.ts'
import { vendors } from './vendors.ts'

const described: readonly Case[] = [...asserts, ...reads, ...schema, ...vendors]

/**
 * The dearest requests that each operation accepts at its limits, and what was once an attack. A case with two sizes
 * shows how its cost grows: twice the size must not cost four times.
 */
export const worstCases: readonly Case[] = [...described, ...examplesBut(described)]
