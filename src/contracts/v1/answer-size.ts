import type { PageLimit } from '../../engine/read.ts'

/** Bytes of one answer, whatever is asked for. A record has a million characters at most, so one always fits. */
export const ANSWER_BYTES = 8_388_608

/** Records of a page. */
export const PAGE_RECORDS = 1_000

/** For what stands around the records: the cursor above all. */
const ENVELOPE_BYTES = 65_536

/** Id, object, version, times and authors of a record, or what a change says besides the attributes changed. */
const HEAD_BYTES = 512

/** `"name":null,` stands in the answer for every field that was asked for and is not set. */
const absentBytes = (fields: readonly string[]) => fields.reduce((bytes, name) => bytes + name.length + 8, 0)

/** @param fields that are answered whether they are set or not */
export const pageLimit = (records: number, fields: readonly string[] = []): PageLimit => ({
  records,
  bytes: ANSWER_BYTES - ENVELOPE_BYTES,
  bytesPerRecord: HEAD_BYTES + absentBytes(fields),
})
