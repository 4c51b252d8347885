import type { PageLimit } from '../../engine/read.ts'

/** Bytes of one answer, whatever is asked for. A record is far smaller (RECORD_BYTES), so one always fits. */
export const ANSWER_BYTES = 8_388_608

/** Records of a page. */
export const PAGE_RECORDS = 1_000

/**
 * Bytes of data that each outcome of a batch may bring its record with: half of the answer is for records, shared by all,
 * so that the other half is there for what else is told of them. A larger record is left out.
 */
export const dataBytesOf = (items: number): number => Math.floor(ANSWER_BYTES / 2 / Math.max(1, items))

/** Problems that a batch tells, of all its items. */
const BATCH_PROBLEMS = 4_000

/** Problems that each item of a batch is told, at least the first. */
export const problemsOf = (items: number): number => Math.max(1, Math.floor(BATCH_PROBLEMS / Math.max(1, items)))

/** For what stands around the records: the cursor above all. */
const ENVELOPE_BYTES = 65_536

/** Id, object, version, times and authors of a record, or what a change says besides the attributes changed. */
const HEAD_BYTES = 512

/** `"name":null,` stands in the answer for every field that was asked for and is not set. */
const absentBytes = (fields: readonly string[]) => fields.reduce((bytes, name) => bytes + name.length + 8, 0)

/** Bytes of a page of an export: what is in memory of it at a time. */
const EXPORT_BYTES = 2_097_152

/** A page of an export, and so of one call to the database. */
export const exportLimit: PageLimit = { records: PAGE_RECORDS, bytes: EXPORT_BYTES, bytesPerRecord: HEAD_BYTES }

/** What one look at the history brings to all who follow it. */
export const lookLimit: PageLimit = exportLimit

/** @param fields that are answered whether they are set or not */
export const pageLimit = (records: number, fields: readonly string[] = []): PageLimit => ({
  records,
  bytes: ANSWER_BYTES - ENVELOPE_BYTES,
  bytesPerRecord: HEAD_BYTES + absentBytes(fields),
})
