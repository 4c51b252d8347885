/** Yes and no in the languages in which spreadsheets write them. */

const yes =
  'yes y true t 1 x on ✓ ✔ ☑ ja j wahr oui o vrai si sí s verdadero sim verdadeiro vero v waar sant sann sand tak prawda ano pravda kyllä tosi да истина'
const no =
  'no n false f 0 off ✗ ✘ ☐ nein falsch non faux falso não nao nee onwaar nej falskt falsk usann nei nie fałsz ne nepravda ei epätosi нет ложь'

const meanings: ReadonlyMap<string, boolean> = new Map([
  ...yes.split(' ').map((word) => [word, true] as const),
  ...no.split(' ').map((word) => [word, false] as const),
])

/** Undefined for what is neither. */
export const yesOrNo = (text: string): boolean | undefined => meanings.get(text.normalize('NFC').toLowerCase())
