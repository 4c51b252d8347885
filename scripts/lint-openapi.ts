import { createConfig, lint } from '@redocly/openapi-core'

/** Holds public/openapi.json to a strict ruleset: its warnings are errors here. */

const config = await createConfig({
  extends: ['recommended-strict'],
  rules: {
    'operation-description': 'error',
    'operation-operationId': 'error',
    'operation-operationId-url-safe': 'error',
    'operation-singular-tag': 'error',
    'operation-tag-defined': 'error',
    'tag-description': 'error',
    'info-contact': 'error',
    'no-invalid-media-type-examples': { severity: 'error', allowAdditionalProperties: false },
    'path-parameters-defined': 'error',
    'paths-kebab-case': 'off',
    'no-duplicated-tag-names': 'error',
  },
})
const problems = await lint({ ref: 'public/openapi.json', config })
for (const { ruleId, message, location, severity } of problems)
  console.error(`${severity} ${ruleId} at ${location[0]?.pointer ?? ''}: ${message}`)
if (problems.length > 0) process.exitCode = 1
