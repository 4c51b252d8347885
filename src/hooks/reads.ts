import type { Node } from './interpreter.ts'

/** What an expression sees: the whole delivery, or a part of it that another one has come to. */
type Seen = 'delivery' | 'part'

/** Of names one inside the other, from the whole of the delivery down; undefined for what is no such path. */
const pathOf = (node: Node, seen: Seen): readonly string[] | undefined => {
  if (node.type === 'Root') return []
  if (node.type === 'Current' || node.type === 'Identity') return seen === 'delivery' ? [] : undefined
  if (node.type === 'Field') return seen === 'delivery' ? [node.name] : undefined
  if (node.type !== 'Subexpression' || node.right.type !== 'Field') return undefined
  const path = pathOf(node.left, seen)
  return path && [...path, node.right.name]
}

/** Behind a list, a pipe or `&` it sees a part, and the delivery only by `$`. */
const readsBy = (node: Node, seen: Seen): readonly (readonly string[])[] => {
  const path = pathOf(node, seen)
  if (path) return [path]
  switch (node.type) {
    case 'Literal':
      return []
    case 'ExpressionReference':
      return readsBy(node.child, 'part')
    case 'Function':
    case 'MultiSelectList':
      return node.children.flatMap((child) => readsBy(child, seen))
    case 'MultiSelectHash':
      return node.children.flatMap(({ value }) => readsBy(value, seen))
    case 'NotExpression':
    case 'Flatten':
      return readsBy(node.child, seen)
    case 'Unary':
      return readsBy(node.operand, seen)
    case 'Ternary':
      return [node.condition, node.trueExpr, node.falseExpr].flatMap((one) => readsBy(one, seen))
    case 'AndExpression':
    case 'OrExpression':
    case 'Comparator':
    case 'Arithmetic':
      return [...readsBy(node.left, seen), ...readsBy(node.right, seen)]
    case 'FilterProjection':
      return [...readsBy(node.left, seen), ...[node.condition, node.right].flatMap((one) => readsBy(one, 'part'))]
    default:
      return 'left' in node ? [...readsBy(node.left, seen), ...readsBy(node.right, 'part')] : []
  }
}

/**
 * What an expression reads of the delivery, as paths from the whole of it down. Where it takes the delivery as a whole, that is
 * what it reads (an empty path): nobody follows where it goes from there.
 */
export const readsOf = (expression: Node): readonly (readonly string[])[] => readsBy(expression, 'delivery')

/** A path as it stands in an expression. */
export const written = (path: readonly string[]): string =>
  path.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name))).join('.')
