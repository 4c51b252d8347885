/**
 * Cuts a migration into its statements and drops the comments. A semicolon ends a statement unless it stands in a
 * string or between the BEGIN and END of a trigger; CASE ... END nests like one.
 */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|[A-Za-z_][\w$]*|\s+|[\s\S]/g

const DEPTH: Readonly<Record<string, number>> = { BEGIN: 1, CASE: 1, END: -1 }

const isComment = (token: string) => token.startsWith('--') || token.startsWith('/*')

export const splitSql = (sql: string): readonly string[] => {
  const statements: string[] = []
  let current = ''
  let depth = 0
  const close = () => {
    const statement = current.replace(/\n\s*\n+/g, '\n').trim()
    if (statement) statements.push(statement)
    current = ''
  }
  for (const [token] of sql.matchAll(TOKEN)) {
    if (isComment(token)) continue
    depth += DEPTH[token.toUpperCase()] ?? 0
    if (token === ';' && depth === 0) close()
    else current += token
  }
  close()
  if (depth !== 0) throw new Error('A BEGIN or CASE of the migration has no END')
  return statements.map((statement) => statement.replace(/[ \t]+$/gm, ''))
}
