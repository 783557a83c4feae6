import { basename, extname } from 'node:path'
import { PlotdError } from '../../../src/errors.ts'
import { readBytes, writeFileOrExplain } from '../io/files.ts'
import type { Io } from '../io/io.ts'

type Local = typeof import('../../../src/index.ts')

/** Contrast above which centre lines look poor: standard deviation of the stem widths ÷ their mean. */
const MAX_CONTRAST = 0.35

/**
 * `plotd fonts thin FILE [OUT]`: makes a single-line font from the centre lines of an outline font.
 *
 * @throws PlotdError ERR_PARAMS when the words do not have this form; ERR_FILE, ERR_FONT_INVALID
 */
export async function thinOutlines(local: Local, words: readonly string[], io: Io): Promise<number> {
  const [file, out = `${basename(file ?? '', extname(file ?? ''))}-line.otf`, ...more] = words
  if (file === undefined || more.length > 0 || !/\.(otf|ttf)$/i.test(out)) {
    throw new PlotdError('ERR_PARAMS', 'Expected: plotd fonts thin FILE.ttf [OUT.otf]')
  }
  const { bytes, glyphs, contrast } = await local.thinFont(await readBytes(file), file)
  await writeFileOrExplain(out, bytes)
  const isPoor = contrast > MAX_CONTRAST
  io.answer({ path: out, glyphs, contrast: Number(contrast.toFixed(3)) }, () => [
    `Wrote the centre lines of ${glyphs} glyphs to ${out}.`,
    ...(isPoor
      ? [
          `The stems of this font differ in width (${Math.round(100 * contrast)} %), so its centre lines may look poor. Check the new font first.`,
        ]
      : []),
    `Use it: plotd text "Dear Ada," --font ${/[/\\]/.test(out) ? out : `./${out}`}`,
  ])
  return 0
}
