/** Where bytes come from; they are read more than once, and are the same each time. */
export interface Source {
  /** As messages call it. */
  readonly name: string
  /** From the first to the last; those of a gzipped file inflated. @throws Error where they cannot be read on */
  bytes(): AsyncIterable<Uint8Array>
}

/** @param most bytes */
export const beginningOf = async (source: Source, most: number): Promise<Uint8Array> => {
  const beginning = new Uint8Array(most)
  let length = 0
  for await (const chunk of source.bytes()) {
    const fitting = chunk.subarray(0, most - length)
    beginning.set(fitting, length)
    length += fitting.length
    if (length === most) break
  }
  return beginning.subarray(0, length)
}
