/** Says which day, and can be typed. */
export const newImportId = (object: string): string =>
  `${object.slice(0, 40)}-${new Date().toISOString().slice(0, 10)}-${crypto.randomUUID().slice(0, 8)}`
