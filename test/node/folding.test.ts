import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../src/schema/words.ts'
import { partSql } from '../../src/storage/program/builder.ts'
import { named } from '../../src/storage/program/names.ts'
import { wordsIn, wordsPart } from '../../src/storage/program/words.ts'

/** The words that a query asks for, and those that SQL makes of what records hold: one rule, said twice. */

const database = new DatabaseSync(':memory:')
database.exec(named(partSql(wordsPart), 'test'))
const { from, word } = wordsIn('?1', `'["text"]'`)
const statement = database.prepare(named(`SELECT json_group_array(${word}) AS words FROM ${from}`, 'test'))
const inSql = (text: string): unknown =>
  JSON.parse((statement.get(JSON.stringify({ text: [text] })) as { words: string }).words)

/** All of Unicode but the middle of long scripts that are of one kind. */
const SCRIPTS = [
  [0x1, 0x3500],
  [0x9f00, 0xad00],
  [0xd700, 0xd7c0],
  [0xe000, 0xe100],
  [0xf800, 0x10100],
  [0x1ef00, 0x1fc00],
  [0x1ff00, 0x20100],
  [0x3ff00, 0x40100],
] as const

describe('folding', () => {
  it('says the same of every character, in TypeScript and in SQL', () => {
    const wrong: string[] = []
    // Thirty of them in a text are as good as each by itself, since none looks at its neighbours.
    for (const [first, end] of SCRIPTS)
      for (let code = first; code < end; code += 30) {
        const text = Array.from({ length: 30 }, (_, i) => `a${String.fromCodePoint(code + i)}b`).join('')
        if (JSON.stringify(inSql(text)) !== JSON.stringify(wordsOf(text))) wrong.push(code.toString(16))
      }
    expect(wrong).toEqual([])
  })

  it.each([
    ['María  GARCÍA-Ñúñez', ['maria', 'garcia', 'nunez']],
    ['Straße, Łódź & Ærø; Ðjákni Þór', ['strasse', 'lodz', 'aero', 'djakni', 'thor']],
    ['e\u0301tude \u00ad so\u00adft', ['etude', 'soft']],
    ['Ελλάς ΕΛΛΑΣ', ['ελλασ', 'ελλασ']],
    ['ἄνθρωπος Ῥόδος ἈΘΗΝΑ͂Ι Ἀθηνᾷ', ['ανθρωποσ', 'ροδοσ', 'αθηναι', 'αθηνα']],
    ['ἄνθρωπος'.normalize('NFD'), ['ανθρωποσ']],
    ['ﬁona oﬃce waﬄe', ['fiona', 'office', 'waffle']],
    ['Жанна ЁЛКА', ['жанна', 'елка']],
    ['東京 タワー', ['東', '京', 'タ', 'ワ', 'ー']],
    ['ＡＢＣ　１２！', ['abc', '12']],
    ['서울', ['서울']],
    ['0151 007 000 00a', ['151', '7', '0', '00a']],
    ['https://www.acme.example/about?x=1', ['acme', 'example', 'about', 'x', '1']],
    ['a"b\\c\nd', ['a', 'b', 'c', 'd']],
    ['- … 🙂', []],
    [`${'x'.repeat(99)}yz`, [`${'x'.repeat(99)}y`]],
  ])('makes the words of %s', (text, words) => {
    expect(wordsOf(text)).toEqual(words)
    expect(inSql(text)).toEqual(words)
  })

  it('has a phone number whole, and without a country code of one to three digits', () => {
    expect(inSql('+4915112345')).toEqual(['4915112345', '915112345', '15112345', '5112345'])
    expect(inSql('+4915112345;ext=12')).toEqual(expect.arrayContaining(['15112345', 'ext', '12']))
    expect(inSql('+49 151')).toEqual(['49', '151'])
  })
})
