const encoder = new TextEncoder()
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Node's own hash answers at once; Web Crypto there sends every digest through its thread pool. */
const { hash } = (globalThis.process?.getBuiltinModule?.('node:crypto') ?? {}) as {
  readonly hash?: (algorithm: string, text: string) => string
}

/** SHA-256 in hex. Enough for a secret of 256 random bits: there is nothing to guess. */
export const hashSecret = async (secret: string): Promise<string> => {
  if (hash) return hash('sha256', secret)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(secret)))
  let hex = ''
  for (const byte of digest) hex += HEX[byte]
  return hex
}
