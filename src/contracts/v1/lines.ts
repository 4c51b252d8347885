import { type RefusedError, refuse } from '../../engine/errors.ts'
import { BODY_LIMIT } from '../../http/json-body.ts'

/** A line of NDJSON, or why it cannot be taken; blank ones are left out. */
export type Line = string | RefusedError

export interface LineCutter {
  /** The lines that end in these bytes. */
  push(bytes: Uint8Array): readonly Line[]
  /** What came after the last newline. */
  end(): readonly Line[]
}

const NEWLINE = 10
const NOTHING = new Uint8Array()

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

const decoded = (bytes: Uint8Array): readonly Line[] => {
  try {
    const line = decoder.decode(bytes)
    return line.trim() === '' ? [] : [line]
  } catch {
    return [refuse('malformed_json', undefined, 'it is not UTF-8')]
  }
}

/**
 * Cuts bytes into lines. Each byte is looked at and copied a bounded number of times, however finely a body is cut. A
 * line over the limit of a body is a refusal, and the rest of it is dropped as it arrives.
 */
export const lineCutter = (): LineCutter => {
  let buffer = new Uint8Array(4_096)
  let kept = 0
  let dropping = false

  const keep = (bytes: Uint8Array) => {
    if (kept + bytes.length > buffer.length) {
      const larger = new Uint8Array(2 * (kept + bytes.length))
      larger.set(buffer.subarray(0, kept))
      buffer = larger
    }
    buffer.set(bytes, kept)
    kept += bytes.length
  }

  /** Where a line has become too long it is refused once. */
  const isTooLong = (bytes: Uint8Array) => !dropping && kept + bytes.length > BODY_LIMIT
  const tooLong = (): Line => {
    kept = 0
    return refuse('body_too_large', undefined, `${BODY_LIMIT} bytes a line`)
  }

  const finish = (last: Uint8Array): readonly Line[] => {
    if (isTooLong(last)) return [tooLong()]
    if (dropping) {
      dropping = false
      return []
    }
    if (kept === 0) return decoded(last)
    keep(last)
    const line = decoded(buffer.subarray(0, kept))
    kept = 0
    return line
  }

  return {
    push(bytes) {
      const lines: Line[] = []
      let from = 0
      for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
        lines.push(...finish(bytes.subarray(from, to)))
        from = to + 1
      }
      const rest = bytes.subarray(from)
      if (isTooLong(rest)) {
        lines.push(tooLong())
        dropping = true
      } else if (!dropping) keep(rest)
      return lines
    },
    end: () => finish(NOTHING),
  }
}
