import type { Random } from '../../src/tasks/draw/random.ts'

/** Values that often break parsers and that random changes rarely hit. */
const NASTY = [
  ...['', '0', '-1', '1e308', '-0', 'NaN', 'Infinity', '4294967296', '9007199254740993', '1e-320', '00', '+', '.', ','],
  ...[
    '\0',
    '\r',
    '\n',
    '\r\n',
    '\t',
    '"',
    "'",
    '\\',
    '`',
    '<',
    '>',
    '&',
    ';',
    '{',
    '}',
    '[',
    ']',
    '%',
    '#',
    '!',
    '?',
    ':',
  ],
  ...['__proto__', 'constructor', 'toString', '\u2028', '\ud800', '\udfff', '\ufeff', '💥', 'é', '\u0018', '\u001b'],
]

export function mutate(corpus: readonly string[], random: Random): string {
  const pick = (): string => corpus[random.whole(0, corpus.length - 1)] ?? ''
  let text = pick()
  for (let n = random.whole(1, 6); n > 0; n--) text = withError(text, pick(), random)
  return text.slice(0, MAX_LENGTH)
}

const MAX_LENGTH = 20_000

function withError(text: string, other: string, random: Random): string {
  const from = random.whole(0, text.length)
  const to = Math.min(text.length, from + random.whole(0, random.next() < 0.2 ? text.length : 8))
  const [before, middle, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)]
  switch (random.whole(0, 7)) {
    case 0:
      return before + after
    case 1:
      return before + middle.repeat(random.whole(2, 20)) + after
    case 2:
      return before + (NASTY[random.whole(0, NASTY.length - 1)] ?? '') + after
    case 3:
      return before + String.fromCharCode(random.whole(0, random.next() < 0.8 ? 127 : 0xffff)) + after
    case 4: {
      const start = random.whole(0, other.length)
      return before + other.slice(start, start + random.whole(0, 200)) + after
    }
    case 5:
      return after + before
    case 6:
      return text.replace(/-?\d+(\.\d+)?/, () => String(random.between(-1, 1) * 10 ** random.whole(-9, 18)))
    default:
      return before + middle.split('').reverse().join('') + after
  }
}
