import { decodeWith } from '../../decode-with.ts'

/** Consecutive lines of one height and slant. Heights are in units of the file. */
export interface TextBlock {
  readonly text: string
  readonly height: number
  /** Degrees to the right. */
  readonly oblique: number
}

/** Characters by the letter of their `%%` code. */
const SPECIAL: Readonly<Record<string, string>> = { c: 'Ø', d: '°', p: '±', '%': '%' }

/** Characters by the letter of their `^` code. Other letters mean control characters, which are left out. */
const CARET_CODES: Readonly<Record<string, string>> = { I: '\t', ' ': '^' }

/**
 * A line of text with its codes replaced: `%%c`, `%%065` (a number in Windows-1252), `\U+03A9`, `\M+1xxxx`, `^I`. The
 * codes `%%u`, `%%o` and `%%k`, which underline, overline and strike out, are left out.
 */
export function plainText(source: string): string {
  return source
    .replace(/%%(\d{3})/g, (_, digits: string) => numberedCharacter(Number(digits)))
    .replace(/%%([cdp%])/gi, (_, letter: string) => SPECIAL[letter.toLowerCase()] ?? '')
    .replace(/%%[uok]/gi, '')
    .replace(/\\U\+([\da-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replace(/\\M\+([1-5])([\da-f]{4})/gi, (_, page: string, digits: string) => wideCharacter(Number(page), digits))
    .replace(/\^(.)/g, (_, letter: string) => CARET_CODES[letter] ?? '')
}

const numberedCharacter = (code: number): string =>
  code < 256 ? decodeWith(new TextDecoder('windows-1252'), Uint8Array.of(code)) : String.fromCharCode(code)

const PAGES = ['', 'shift_jis', 'big5', 'euc-kr', 'euc-kr', 'gbk'] as const

function wideCharacter(page: number, digits: string): string {
  return new TextDecoder(PAGES[page] || 'gbk').decode(Buffer.from(digits, 'hex'))
}

interface Style {
  readonly height: number
  readonly oblique: number
}

/**
 * Interprets the format codes of MTEXT. A change of height or slant begins a new block only at a new paragraph. So a
 * paragraph has the height and slant of its first character. Fonts, colours and underlines within the text are left
 * out.
 */
export function textBlocks(source: string, height: number): TextBlock[] {
  const paragraphs: (Style & { text: string })[] = []
  const stack: Style[] = []
  let style: Style = { height, oblique: 0 }
  let current: (Style & { text: string }) | undefined
  const write = (characters: string): void => {
    if (current === undefined || (current.text === '' && characters.trim() !== '')) current = { ...style, text: '' }
    current = { ...current, text: current.text + characters }
  }
  const end = (): void => {
    paragraphs.push(current ?? { ...style, text: '' })
    current = undefined
  }
  const pattern =
    /\\([PNXnLlOoKk~\\{}])|\\([HWQTACcfFp])([^;\\{}]*);?|\\S((?:[^;\\]|\\.)*);?|([{}])|\\[UuMm]\+[1-5]?[\da-fA-F]{4}|\\(.)|[^\\{}]+/gsu
  for (const match of source.matchAll(pattern)) {
    const [whole, plain, letter, value = '', fraction, brace, unknown] = match
    if (plain !== undefined) {
      if (plain === 'P' || plain === 'N' || plain === 'X') end()
      else if (plain === '~') write('\u00a0')
      else if ('\\{}'.includes(plain)) write(plain)
    } else if (letter !== undefined) style = applyCode(style, letter, value, height)
    else if (fraction !== undefined) write(stackText(fraction))
    else if (brace === '{') stack.push(style)
    else if (brace === '}') style = stack.pop() ?? style
    else if (unknown !== undefined) write(unknown)
    else write(plainText(whole))
  }
  end()
  return mergeParagraphs(paragraphs)
}

function applyCode(style: Style, letter: string, value: string, base: number): Style {
  const number = Number.parseFloat(value)
  if (letter === 'H' && number > 0) {
    const height = /x\s*$/i.test(value) ? style.height * number : number
    return { ...style, height: Math.max(base / 100, Math.min(base * 100, height)) }
  }
  return letter === 'Q' && Number.isFinite(number) ? { ...style, oblique: number } : style
}

/** A fraction or tolerance, `1/2`, `1#2` or `+0.1^-0.1`, on one line. */
const stackText = (fraction: string): string => {
  const [, above = '', mark = '', below = ''] = /^((?:[^/#^\\]|\\.)*)([/#^])(.*)$/su.exec(fraction) ?? []
  const clean = (part: string): string => plainText(part.replace(/\\(.)/gu, '$1')).trim()
  if (mark === '') return clean(fraction)
  return mark === '^'
    ? [clean(above), clean(below)].filter((part) => part !== '').join(' ')
    : `${clean(above)}/${clean(below)}`
}

/** Joins paragraphs of the same style, so that they are laid out together. */
function mergeParagraphs(paragraphs: readonly TextBlock[]): TextBlock[] {
  const blocks: TextBlock[] = []
  for (const next of paragraphs) {
    const last = blocks.at(-1)
    if (last?.height === next.height && last.oblique === next.oblique)
      blocks[blocks.length - 1] = { ...last, text: `${last.text}\n${next.text}` }
    else blocks.push(next)
  }
  return blocks
}
