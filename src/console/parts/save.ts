/** A file for the reader to keep, made here: no server is asked. */
export const saveAs = (name: string, type: string, parts: readonly string[]): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([...parts], { type }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
