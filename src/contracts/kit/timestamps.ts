/** Milliseconds since 1970 to `2025-06-01T09:30:00+00:00`. */
export const offsetSeconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}+00:00`

/** Milliseconds since 1970 to `2025-06-01T09:30:00.000Z`. */
export const zuluMilliseconds = (time: number): string => new Date(time).toISOString()
