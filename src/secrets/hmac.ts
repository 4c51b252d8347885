/** The HMAC of bytes: what tools that deliver sign with, and what we sign with ourselves. */
export const hmacOf = async (
  secret: Uint8Array<ArrayBuffer>,
  hash: 'SHA-256' | 'SHA-1',
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> => {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes))
}
