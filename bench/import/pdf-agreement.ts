import { spawnSync } from 'node:child_process'
import { identify, importOptions, readDocument } from '../../src/import/index.ts'
import { svgToPixels } from '../../src/svg/index.ts'

/** Resolution at which poppler draws a page, dots per inch. plotd's picture gets the same width in pixels. */
const DPI = 144
/** A pixel of ink agrees when the other picture has ink or an edge at most this many pixels away, across and down. */
const RADIUS = 1
/** Fraction of a picture's ink that the other picture may lack. */
export const MAX_LOST = 0.01
/** A pixel whose darkest channel is below `INK` is ink; below `EDGE` it may be the edge of a line. */
const [INK, EDGE] = [160, 245]

export const UNREADABLE = 'poppler cannot draw the page'

export type Verdict = 'agrees' | 'differs' | 'excluded' | 'refused' | 'crashed'

export interface PageAgreement {
  readonly verdict: Verdict
  /** Fraction of poppler's ink that is missing in plotd's picture. */
  readonly lacks: number
  /** Fraction of plotd's ink that is missing in poppler's picture. */
  readonly extra: number
  readonly milliseconds: number
  /** The reason of the exclusion, or the error. */
  readonly note: string
  /** plotd's SVG, when the two pictures were compared. */
  readonly ours?: string
}

/** Notes that exclude a page from the comparison: they name things that plotd draws differently or not at all. */
const EXCLUDED: readonly (readonly [string, RegExp])[] = [
  ['picture', /picture/],
  ['gradient', /gradient/],
  ['soft mask', /soft mask/],
  ['annotation', /annotation/],
  ['font not in the file', /not in the file/],
  ['text as clip', /clip path/],
  ['fine pattern', /fine pattern/],
]

/** Renders a page with poppler and with plotd, which draws text as outlines. Compares the ink. */
export async function comparePage(file: string, bytes: Uint8Array, page: number): Promise<PageAgreement> {
  const started = performance.now()
  const blank = { lacks: 0, extra: 0, milliseconds: 0, note: '' }
  try {
    const kind = identify(bytes)
    if (kind.is !== 'document') return { ...blank, verdict: 'refused', note: `the file is ${kind.is}` }
    const { svg, notes } = await readDocument(
      kind.importer,
      bytes,
      importOptions({ font: 'rowmans', page, outlines: true }),
    )
    const milliseconds = performance.now() - started
    const reasons = EXCLUDED.filter(([, pattern]) => notes.some(({ message }) => pattern.test(message)))
    if (reasons.length > 0) {
      return { ...blank, verdict: 'excluded', milliseconds, note: reasons.map(([name]) => name).join(', ') }
    }
    const theirs = popplerPicture(file, page)
    if (theirs === undefined) return { ...blank, verdict: 'excluded', milliseconds, note: UNREADABLE }
    const ours = onWhite(await svgToPixels(svg, theirs.width), theirs)
    const [lacks, extra] = [lostShare(theirs, ours), lostShare(ours, theirs)]
    const verdict = lacks <= MAX_LOST && extra <= MAX_LOST ? 'agrees' : 'differs'
    return { verdict, lacks, extra, milliseconds, note: '', ours: svg }
  } catch (thrown) {
    const { code = '', message } = thrown as { code?: string; message: string }
    return { ...blank, verdict: code.startsWith('ERR_') ? 'refused' : 'crashed', note: `${code} ${message}` }
  }
}

/** The darkest channel of each pixel. */
interface Picture {
  readonly width: number
  readonly height: number
  readonly dark: Uint8Array
}

/** Undefined when poppler cannot draw the page. */
function popplerPicture(file: string, page: number): Picture | undefined {
  const args = ['-cropbox', '-r', String(DPI), '-f', String(page), '-l', String(page), '-singlefile', file]
  const { status, stdout: ppm } = spawnSync('pdftoppm', args, {
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (status !== 0) return undefined
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(ppm.toString('latin1', 0, 60))
  if (head === null) throw new Error('pdftoppm gave no picture')
  const [all, width, height] = [head[0], Number(head[1]), Number(head[2])]
  const dark = new Uint8Array(width * height)
  for (let i = 0, at = all.length; i < dark.length; i++, at += 3)
    dark[i] = Math.min(ppm[at] ?? 255, ppm[at + 1] ?? 255, ppm[at + 2] ?? 255)
  return { width, height, dark }
}

/** The pixels of plotd's SVG over white paper, cropped or extended to `size`. */
function onWhite(
  { width, height, rgba }: { width: number; height: number; rgba: Uint8Array },
  size: { readonly width: number; readonly height: number },
): Picture {
  const dark = new Uint8Array(size.width * size.height).fill(255)
  for (let y = 0; y < Math.min(height, size.height); y++) {
    for (let x = 0; x < Math.min(width, size.width); x++) {
      const pixel = 4 * (y * width + x)
      const white = 255 - (rgba[pixel + 3] ?? 0)
      dark[y * size.width + x] = Math.min(rgba[pixel] ?? 0, rgba[pixel + 1] ?? 0, rgba[pixel + 2] ?? 0) + white
    }
  }
  return { ...size, dark }
}

/** Fraction of the ink of `picture` that lies where `within` has neither ink nor an edge near. */
function lostShare(picture: Picture, within: Picture): number {
  let [ink, lost] = [0, 0]
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      if ((picture.dark[y * picture.width + x] ?? 255) >= INK) continue
      ink++
      if (!hasInkNear(within, x, y)) lost++
    }
  }
  return lost / Math.max(1, ink)
}

function hasInkNear({ width, height, dark }: Picture, x: number, y: number): boolean {
  for (let v = Math.max(0, y - RADIUS); v <= Math.min(height - 1, y + RADIUS); v++)
    for (let u = Math.max(0, x - RADIUS); u <= Math.min(width - 1, x + RADIUS); u++)
      if ((dark[v * width + u] ?? 255) < EDGE) return true
  return false
}
