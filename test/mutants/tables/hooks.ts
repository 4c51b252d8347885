import { breaking } from '../mutant.ts'

/** Who is believed to be the sender of a delivery, what decides whether it is new, and what its mapping may cost. */

const TESTS = ['hooks', 'expressions'].map((name) => `test/node/${name}.test.ts`)

const believed = [
  ...breaking(
    'a delivery is believed for its signature, its time and its address',
    'hooks/verification.ts',
    ['any signature will do', 'difference | (byte ^', 'difference & (byte ^'],
    ['the beginning of a signature will do', 'one.length === other.length &&', 'one.length <= other.length &&'],
    ['a signature may have more behind it', 'one.length === other.length &&', 'one.length >= other.length &&'],
    ['a part is a time and a signature', 'part.startsWith(prefix) && !isTime(part)', 'part.startsWith(prefix)'],
    ['a time to come is none', 'Math.abs(now - at)', '(now - at)'],
    ['a time is none at all', 'checkedTime(timestamp, signing, now)', 'undefined'],
    ['the list of addresses is for show', '(allowlist.length > 0 ||', '(false ||'],
    ['an empty list has everybody', '|| !needsSecret(verification)) &&', ') &&'],
    ['another secret will do', 'secrets[expected.indexOf(shown)]', 'secrets[0]'],
    [
      'what was kept without a secret is believed',
      '(secret !== null && secrets.includes(secret))',
      '(secret === null || secrets.includes(secret))',
    ],
  ),
  ...breaking('a literal of a template stays as it is', 'hooks/schemes.ts', [
    'what stands between words is looked for among them',
    "literal.startsWith('{') ? literal.slice(1, -1) : ''",
    'literal.slice(1, -1)',
  ]),
  ...breaking(
    'a forgery costs little',
    'hooks/verification.ts',
    ['all signatures are looked at', 'signatures.slice(0, SIGNATURES)', 'signatures'],
    [
      'each signature is computed',
      'if (mac && decoded.some',
      'for (const _ of decoded) if (bytes) await hmacOf(bytes, algorithm, text)\n      if (mac && decoded.some',
    ],
    ['the body is signed as often as a template says', 'words.length > new Set(words).size', 'words.length < 0'],
    [
      'the body is read before anything is known',
      'const header = headerOf(headers, names)',
      'await received.body()\n  const header = headerOf(headers, names)',
    ],
  ),
  ...breaking(
    'a time is believed for as long as the document says',
    'hooks/schemes.ts',
    ['of most senders for longer', 'FIVE_MINUTES = 300', 'FIVE_MINUTES = 301'],
    [
      'of Calendly for longer',
      "timedList('calendly-webhook-signature', 180)",
      "timedList('calendly-webhook-signature', 181)",
    ],
  ),
  ...breaking(
    'a key can be replaced',
    'secrets/secret-box.ts',
    ['the last one encrypts', 'const [first] = await known()', 'const first = (await known()).at(-1)'],
    ['shorter ones will do', 'bytes?.length !== KEY_BYTES', '(bytes?.length ?? 0) < KEY_BYTES / 2'],
    ['the first is looked at', 'for (const key of keys) keyBytes(key)', 'if (keys[0]) keyBytes(keys[0])'],
    ['only a space separates', 'split(/\\s+/)', "split(' ')"],
  ),
  ...breaking(
    'the digest is read by whose expressions name it',
    'hooks/mapping.ts',
    ['what takes the whole does not', '[first = DIGEST]) => first', '[first]) => first'],
    ['what finds the record does not', '.concat(...matches, values)', '.concat(values)'],
  ),
  ...breaking('a secret is of its owner alone', 'secrets/secret-box.ts', [
    'it opens for another',
    'iv: fromBase64(iv) ?? EMPTY,\n        additionalData: encoder.encode(owner.toString())',
    "iv: fromBase64(iv) ?? EMPTY,\n        additionalData: encoder.encode('o/h')",
  ]),
]

const signed = [
  ...breaking(
    'what is signed can be read in one way only',
    'hooks/signed-text.ts',
    ['an id has what separates it', ': words[word].includes(mark)', ': false'],
    ['a URL has brackets', 'BRACKET.test(words[word])', 'false'],
    ['a form stands beside a URL', '!BRACKETS.has(words.body.at(isBehind ? -1 : 0) ?? 0)', 'false'],
    [
      'words stand side by side',
      "if ('beside' in end) return",
      "if ('beside' in end) continue\n    if ('beside' in end) return",
    ],
  ),
  ...breaking('what is signed can be read in one way only', 'hooks/verification.ts', [
    'a time has leading zeros',
    '/^[1-9]\\d{0,14}$/',
    '/^\\d{1,15}$/',
  ]),
  ...breaking(
    'what is signed can be read in one way only',
    'hooks/payload.ts',
    ['broken JSON may be a form', 'IS_NO_FORM.test(text) || ', ''],
    ['parameters are told apart by how they are written', '?${new URL(url).searchParams}', '${new URL(url).search}'],
  ),
  ...breaking(
    'what decides what is new is signed',
    'hooks/signed-part.ts',
    ['all parameters count', "wordsOf(signing.template).includes('url') ? query : {}", 'query'],
    ['all headers count', 'headers: Object.fromEntries(known)', 'headers'],
    ['a time beside the one that is signed counts', 'time?.prefix === undefined', 'time'],
    [
      'a header by another name has none',
      'names.map((name) => [name, value] as const)',
      '[[names[0], value] as const]',
    ],
  ),
  ...breaking(
    'what decides what is new is signed',
    'hooks/reads.ts',
    [
      'a path from the root is not seen',
      "if (node.type === 'Root') return []",
      "if (node.type === 'Root') return undefined",
    ],
    ['the delivery as a whole is not seen', "seen === 'delivery' ? [] : undefined", 'undefined'],
  ),
  ...breaking(
    'what decides what is new is signed',
    'hooks/mapping.ts',
    ['the id is of anything', 'decided(evaluate, messageId, seen)', 'evaluate(messageId, seen.all)'],
    ['the time is of anything', 'name === newer ? decided', 'name.length < 0 ? decided'],
    ['the elements are of anything', 'decided(evaluate, list, seen)', 'evaluate(list, seen.all)'],
    ['an id shows what is redacted', 'id !== unlessItFails(shown)', 'false'],
    ['an id of what is not signed is none, and nobody is told', '!isBlank(evaluate(expression, all))', 'false'],
  ),
]

const costs = [
  ...breaking(
    'an expression costs what was counted before',
    'hooks/functions.ts',
    ['trim is the library’s', 'own(spread, [1, 2], trim({ left: true, right: true }))', 'library(sizes)'],
    ['find_last is the library’s', 'own(sizes, [2, 4], found(lastOf))', 'library(sizes)'],
    [
      'to_string costs what its argument is called',
      "['to_string', library(everything)]",
      "['to_string', library(nothing)]",
    ],
    ['join costs what it is given', 'steps.spend(ofText(separator.length * list.length))', 'steps.spend(0)'],
  ),
  ...breaking(
    'an expression costs what was counted before',
    'hooks/interpreter.ts',
    ['a part of a text is free', "if (typeof value === 'string') this.#steps.spend(ofSpread(value))", ''],
    ['a comparison is free', 'for (const side of sides) this.#steps.spendOnAll(side)', ''],
    [
      'whether an object is empty is found out each time',
      'if (known !== undefined) return known\n    this.#steps.spend(stepsOf(value))',
      '',
    ],
  ),
  ...breaking('an expression costs what was counted before', 'hooks/steps.ts', [
    'a name is free',
    'this.spend(ofText(name.length))',
    '',
  ]),
  ...breaking('only what was looked at is evaluated', 'hooks/expression.ts', [
    'any function will do',
    '!functions.has(node.name)',
    "node.name === ''",
  ]),
  ...breaking(
    'what is empty is false, as everywhere in the language',
    'hooks/interpreter.ts',
    [
      'an empty text is true',
      "value === undefined || value === null || value === false || value === ''",
      'value === undefined || value === null || value === false',
    ],
    ['an empty object is true', 'Object.keys(value).length === 0', 'false'],
  ),
  ...breaking('counting never fills the memory', 'hooks/rejections.ts', [
    'it counts for ever',
    'this.#counts.size >= KEPT',
    'false',
  ]),
  ...breaking('only what was looked at is evaluated', 'hooks/interpreter.ts', [
    'what a payload brings along is',
    'const node = isObject(reference) && this.#references.get(reference)',
    'const node = reference as Node',
  ]),
]

const outcomes = [
  ...breaking('a delivery that was written is done, whenever it is run again', 'storage/delivery-log.ts', [
    'what was written is run as new',
    'answer.replayed || answer.items.length === 0',
    'false',
  ]),
  ...breaking('a delivery that was written is done, whenever it is run again', 'hooks/backlog.ts', [
    'nobody asks whether it was',
    "if (await log.isWritten(scopeOf(current), current.hook.id, id)) return 'done'",
    '',
  ]),
  ...breaking(
    'what has waited can be looked at for its days',
    'storage/delivery-sql.ts',
    ['they begin when it came', 'ranAt + keepDays * DAY_MS', 'receivedAt + keepDays * DAY_MS'],
    ['a repetition prolongs them', "delivery.ranAt === undefined ? '' : `, expires_at", '`, expires_at'],
    [
      'running it again shortens them',
      'attempts = attempts + 1,\n  expires_at = max(expires_at, excluded.expires_at)',
      'attempts = attempts + 1,\n  expires_at = excluded.expires_at',
    ],
  ),
  ...breaking(
    'a message is known for the days of its hook',
    'storage/delivery-sql.ts',
    ['written for others', 'OWN_ID_DAYS : delivery.replayDays', 'OWN_ID_DAYS : 9'],
    ['nothing for others', 'now + replayDays * DAY_MS - REPLAY_MS', 'now + 90 * DAY_MS - REPLAY_MS'],
    ['what was skipped is what has failed', '`${hookId}/${status}/${signedDigest}`', '`${hookId}/${signedDigest}`'],
    ['nothing is a message', '`${hookId}/${status}/${signedDigest}`', '`${hookId}:${signedDigest}`'],
  ),
  ...breaking('a secret is of its owner alone', 'secrets/secret-owner.ts', [
    'a proof is of its hook',
    '`${address}/${id}`',
    '`${address}`',
  ]),
  ...breaking('nobody can guess what was redacted', 'hooks/run-delivery.ts', [
    'its digest is kept',
    'readsDigest ? input : rest',
    'input',
  ]),
].map((mutant) => ({ ...mutant, tests: ['test/node/delivery-outcomes.test.ts'] }))

export const hooks = [...[...believed, ...signed, ...costs].map((mutant) => ({ ...mutant, tests: TESTS })), ...outcomes]
