#!/usr/bin/env node
import { runAsCalled } from './program.ts'

/** `npx edge-upsert <command>`. */
await runAsCalled()
