import { breaking } from '../mutant.ts'

const ONCE = 'each chunk of a job is done once, by whoever drives it'
const WHOLE = 'a job leaves the index as if it had been made at once'
const BACK = 'what cannot be unique is as it was before'
const DRIVEN = 'whatever job is there is driven to its end'

export const jobs = [
  ...breaking(
    ONCE,
    'storage/jobs/chunks.ts',
    ['where the job is no longer', ' AND j.step = CAST(?3 AS INTEGER)', ''],
    ['when it has ended', ' AND j.finished_at IS NULL', ''],
    ['of an organisation that is not served', ' AND o.status ${oneOf(servedStatuses)})', ')'],
  ),
  ...breaking(
    WHOLE,
    'storage/jobs/chunks.ts',
    ['the last record of all is left out', 'RECORDS[kind]}))', 'RECORDS[kind]} OFFSET 1))'],
    ['the last record of a chunk is left out', '${column} <= ${end', '${column} < ${end'],
    ['the empty text is left out', "within(column, '>=', '?4')", "within(column, '>', '?4')"],
    ['not unique where it is to be', "${unique ? \"''\" : 'd.record_id'}", 'd.record_id'],
    ['slots stay', "SET slot = ${unique ? \"''\" : 'record_id'}", 'SET slot = slot'],
    [
      'keys of other attributes are removed',
      'AND object = ${object} AND name = ${name} ORDER',
      'AND object = ${object} ORDER',
    ],
    [
      'the last chunk is taken for one of many',
      'chunkRows === 0 : chunkRows < KEYS',
      'chunkRows === 0 : chunkRows < 0',
    ],
    [
      'the first chunk is taken for the last',
      'chunkRows === 0 : chunkRows < KEYS',
      'chunkRows >= 0 : chunkRows < KEYS',
    ],
  ),
  ...breaking(
    WHOLE,
    'storage/jobs/index-change.ts',
    ['nobody looks for duplicates', "        { does: 'check', kept: 2 },\n", ''],
    ['an index that is not unique any more keeps its slots', ": [{ does: 'settle', kept: 2 }]", ': []'],
    [
      'what is redefined keeps its keys',
      'if (redefined) return [REMOVE, fill(to.unique)]',
      'if (redefined) return [fill(to.unique)]',
    ],
  ),
  ...breaking(BACK, 'storage/jobs/run.ts', [
    'duplicates are passed over',
    'if (shared.length > 0) return',
    'if (shared.length < 0) return',
  ]),
  ...breaking(
    BACK,
    'storage/jobs/turn.ts',
    ['keys that were filled in stay', "job.phases[0]?.does === 'fill' ? goOn", "job.phases[0]?.does === 'none' ? goOn"],
    [
      'a combination that was made for it stays',
      '    { sql: ofNew, params: [job.organizationId, job.object, job.name, job.id] },\n',
      '',
    ],
    ['the attribute is what it was to be', '...(duplicates ? givenUp(job) : arrived(job))', '...arrived(job)'],
  ),
  ...breaking(
    DRIVEN,
    'storage/jobs/run.ts',
    ['the oldest alone', 'job; job = await nextJob(driver, tried)', 'job; job = undefined'],
    [
      'behind whoever drives it the end',
      'isAllDone = (await workOff(driver, job, options)) && isAllDone',
      'await workOff(driver, job, options)',
    ],
  ),
  ...breaking(DRIVEN, 'storage/jobs/drive.ts', [
    'who asks meanwhile has no look of its own',
    'return known.following',
    'return known.running',
  ]),
]
