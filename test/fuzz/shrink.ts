import type { FuzzRequest } from './requests.ts'

/** Smaller requests: one header, one parameter, or one part of the body less. */

function* smallerValues(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    if (value.length > 2) yield value.slice(0, value.length >> 1)
    for (let i = 0; i < Math.min(value.length, 8); i++) yield value.toSpliced(i, 1)
    for (let i = 0; i < Math.min(value.length, 8); i++)
      for (const smaller of smallerValues(value[i])) yield value.with(i, smaller)
  } else if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
    for (const [name] of members) yield Object.fromEntries(members.filter(([other]) => other !== name))
    for (const [name, inner] of members)
      for (const smaller of smallerValues(inner))
        yield Object.fromEntries(members.map(([other, one]) => [other, other === name ? smaller : one]))
  } else if (typeof value === 'string' && value.length > 8 && !value.startsWith('{{')) {
    yield value.slice(0, value.length >> 1)
  }
}

function* smaller(request: FuzzRequest): Generator<FuzzRequest> {
  for (const name of Object.keys(request.headers)) {
    const { [name]: _left, ...headers } = request.headers
    yield { ...request, headers }
  }
  const [path = '', query] = request.path.split('?')
  const parameters = query?.split('&') ?? []
  for (let i = 0; i < parameters.length; i++) {
    const rest = parameters.toSpliced(i, 1).join('&')
    yield { ...request, path: rest === '' ? path : `${path}?${rest}` }
  }
  if (request.body === undefined) return
  let value: unknown
  try {
    value = JSON.parse(request.body)
  } catch {
    return
  }
  for (const one of smallerValues(value)) yield { ...request, body: JSON.stringify(one) }
}

/** @param tries how many requests it may cost @returns the smallest found that still fails */
export const shrunk = async (
  request: FuzzRequest,
  fails: (candidate: FuzzRequest) => Promise<boolean>,
  tries = 80,
): Promise<FuzzRequest> => {
  let best = request
  let left = tries
  for (let found = true; found && left > 0; ) {
    found = false
    for (const candidate of smaller(best)) {
      if (left-- <= 0) break
      if (!(await fails(candidate))) continue
      best = candidate
      found = true
      break
    }
  }
  return best
}
