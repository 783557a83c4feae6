import { PlotdError } from '../../../src/errors.ts'
import type { FontInfo, TextLayout } from '../../../src/index.ts'
import { defineCommand } from '../args/command.ts'
import { didYouMean } from '../args/suggest.ts'
import { takeFontFile } from '../fonts/own-font.ts'
import { requireSvgName, writeFileOrExplain } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { Braille, drawStrokes } from '../ui/braille.ts'
import { columns } from '../ui/columns.ts'
import { plural } from '../ui/format.ts'

/** The package itself: `fonts` works in this process. Only `fonts add` needs a daemon. */
type Local = typeof import('../../../src/index.ts')

export const fonts = defineCommand({
  about: 'List the single-stroke fonts, each with a sample drawn by strokes.',
  positionals: {
    name: {
      type: 'string',
      describe: 'names of fonts, or font files; `check` and a text; `add`, `write` or `thin`, and a file',
    },
  },
  flags: {
    say: { type: 'string', describe: 'text of the sample', requiresArg: true },
    covers: { type: 'string', describe: 'only fonts with every letter of this text', requiresArg: true },
    style: {
      type: 'string',
      describe: 'only this style: script, sans, serif, hand, blackletter, symbols …',
      requiresArg: true,
    },
    plain: { type: 'boolean', default: false, describe: 'print a table without samples' },
    font: { type: 'string', describe: 'check: in this font or font file', requiresArg: true },
    host: {
      type: 'string',
      default: '127.0.0.1',
      describe: 'write: address of this computer to serve the page on, for a tablet in your network',
      requiresArg: true,
    },
    photo: {
      type: 'string',
      array: true,
      describe:
        'write: photographs of the filled-in sheet of `plotd submit alphabet-sheet --plot`, instead of the page',
      requiresArg: true,
    },
    sheet: { type: 'string', describe: 'write a specimen sheet to this SVG file', requiresArg: true },
  },
  examples: [
    ['fonts --style script', ''],
    ['fonts --covers "Žluťoučký kůň"', 'which fonts can write this'],
    ['fonts check "Zoë — 🎂 ☺"', 'how missing characters are drawn, and the fonts that cover the text best'],
    ['fonts scripts --say "Dear Ada,"', ''],
    ['fonts ./my-hand.svg', 'a font of your own'],
    ['fonts add ./relief.otf', "put a font into the daemon's folder"],
    ['fonts add kanjivg ./kanjivg-main.zip', 'Japanese characters, from your copy of KanjiVG'],
    ['fonts thin DejaVuSans.ttf', 'make a single-line font from an outline font'],
    ['fonts write my-hand.svg', 'write your alphabet in a browser: it becomes a font'],
    ['fonts write my-hand.svg --photo sheet.jpg', 'the same from a photograph of the filled-in sheet'],
  ],
  async run({ name, say, covers, style, plain, sheet, font, host, photo }, io) {
    if (sheet !== undefined) requireSvgName(sheet, '--sheet')
    const local = await import('../../../src/index.ts')
    const [first, ...words] = [name ?? []].flat().map(String)
    const fontOfFlag = font === undefined ? undefined : await takeFontFile(local, font)
    if (first === 'check') {
      const { checkText } = await import('../fonts/fonts-check.ts')
      return checkText(local, words.join(' '), fontOfFlag, io)
    }
    if (first === 'write') {
      const { writeFromPhotos, writeOwn } = await import('../fonts/write-own.ts')
      if (photo !== undefined) return writeFromPhotos(local, words.join(' '), photo.map(String), io)
      return writeOwn(local, words.join(' '), host, io)
    }
    if (first === 'add') {
      const { addToFolder } = await import('../fonts/add.ts')
      return addToFolder(local, words, io)
    }
    if (first === 'thin') {
      const { thinOutlines } = await import('../fonts/thin.ts')
      return thinOutlines(local, words, io)
    }
    const fontNames: string[] = []
    for (const word of [name ?? []].flat()) fontNames.push(await takeFontFile(local, String(word)))
    const chosen = choose(local, fontNames, style)
    const covering =
      covers === undefined ? chosen : chosen.filter((font) => missingFrom(local, font, covers).length === 0)
    if (sheet !== undefined) await specimen(local, covering, say ?? covers, sheet, io)
    else if (io.json) for (const font of covering) io.line(font)
    else if (covering.length === 0) io.print(`No font matches.${covers === undefined ? '' : BORROWS}`)
    else if (plain) io.print(...fontTable(covering, io))
    else io.print(...covering.flatMap((font) => sample(local, font, say ?? covers ?? font.sample, io)))
    return 0
  },
})

/** The fonts of these names, or all fonts. A name may end with OpenType features, which the returned font then has. */
function choose(
  { fontNames, withoutFeatures }: Local,
  names: readonly string[],
  style: string | undefined,
): readonly FontInfo[] {
  const all = fontNames()
  for (const name of names) {
    if (all.some((font) => font.name === withoutFeatures(name))) continue
    const suggestion = didYouMean(
      name,
      all.map((font) => font.name),
      'plotd fonts ',
    )
    throw new PlotdError('ERR_FONT_UNKNOWN', `There is no font ${name}. ${suggestion}`.trim())
  }
  const withFeatures = (font: FontInfo) =>
    names.filter((name) => withoutFeatures(name) === font.name).map((name) => ({ ...font, name }))
  return all
    .flatMap((font) => (names.length === 0 ? [font] : withFeatures(font)))
    .filter((font) => !style || font.style === style)
}

/** Characters that the font itself does not have. */
const missingFrom = ({ layoutText }: Local, font: FontInfo, text: string) =>
  layoutText(text, { font: font.name, borrow: false }).missing

const fontTable = (fonts: readonly FontInfo[], { paint, width }: Io): string[] =>
  columns(
    fonts,
    [
      { title: 'FONT', text: ({ name }) => name, paint: (text) => paint.bold(text) },
      { title: 'TITLE', text: ({ title }) => title, shrinkTo: 12 },
      { title: 'STYLE', text: ({ style }) => style, expendable: 1 },
      { title: 'LICENCE', text: ({ licence }) => licence, expendable: 2 },
    ],
    width,
  )

const BORROWS = ' `plotd text` borrows single letters from other fonts.'

/** Dots from the baseline to the top of a capital. */
const CAP_DOTS = 10

function sample({ layoutText }: Local, font: FontInfo, text: string, { paint, width }: Io): string[] {
  const layout = layoutText(text, { font: font.name, size: CAP_DOTS })
  const head = `${paint.accent(font.name)}  ${paint.dim(`${font.title}, ${font.style}`)}`
  const missing = layout.missing.map(({ char }) => char).join(' ')
  return [
    '',
    head,
    ...brailleRows(layout, width - 2).map((row) => `  ${row}`),
    ...(missing ? [paint.bad(`  lacks ${missing}`)] : []),
  ]
}

/** A line of text in braille dots, cut at the edge of the terminal. */
function brailleRows({ strokes, bounds, width }: TextLayout, cells: number): string[] {
  const rows = Math.ceil((bounds.maxY - bounds.minY + 2) / 4)
  const canvas = new Braille(Math.max(1, Math.min(cells, Math.ceil(width / 2) + 2)), Math.max(1, rows))
  const points = strokes.points.map((value, i) => (i % 2 === 0 ? value + 1 : value - bounds.minY + 1))
  drawStrokes(canvas, { points, starts: strokes.starts }, 1)
  return canvas.rows().map((row) => row.replace(/[\s\u2800]+$/, ''))
}

async function specimen(local: Local, fonts: readonly FontInfo[], text: string | undefined, file: string, io: Io) {
  const names = fonts.map(({ name }) => name)
  const sheet = local.fontSpecimen({ fonts: names, ...(text !== undefined && { text }) })
  await writeFileOrExplain(file, local.drawingToSvg(sheet, { strokeWidth: 0.3 }))
  io.answer(
    { path: file, fonts: fonts.length },
    () => `Wrote ${plural(fonts.length, 'font')} to ${file}, ${sheet.width} × ${sheet.height} mm.`,
  )
}
