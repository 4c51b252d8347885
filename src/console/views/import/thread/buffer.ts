/**
 * As much of Node's Buffer as csv-parse calls when it reads a text at once; it stands in for the global one there
 * (src/site/console.ts). The build of csv-parse for browsers has all of Buffer with it, which is nearly as much as the parser.
 */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

class Bytes extends Uint8Array {
  /** As much as the target has room for. */
  copy(target: Bytes, at = 0, start = 0, end = this.length): void {
    target.set(this.subarray(start, Math.min(end, start + target.length - at)), at)
  }

  override toString(_encoding?: string, start = 0, end = this.length): string {
    return decoder.decode(this.subarray(start, end))
  }
}

export const Buffer = {
  from(source: string | ArrayLike<number>): Bytes {
    const bytes = typeof source === 'string' ? encoder.encode(source) : source
    const made = new Bytes(bytes.length)
    made.set(bytes)
    return made
  },
  allocUnsafe: (size: number): Bytes => new Bytes(size),
  isBuffer: (one: unknown): one is Bytes => one instanceof Bytes,
  /** @returns 0 where they are the same; of the rest nobody asks which comes first */
  compare: (one: Bytes, other: Bytes): number =>
    one.length === other.length && one.every((byte, at) => byte === other[at]) ? 0 : 1,
}
