import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { toPlotdError } from '../../src/errors.ts'
import type { Drawing, Layer } from '../../src/geometry/drawing.ts'
import { drawingToSvg, readSvg } from '../../src/svg/index.ts'
import { COMPARE } from './in-page.ts'
import { originalSvg } from './original.ts'

/** Length of the longer side of each picture, px: one picture is of the original SVG, one of plotd's drawing. */
const SIZE = 600
/** Ink of one picture counts as missing in the other when the other has no ink within this distance, pixels. */
const RADIUS = 1
/** Fraction of a picture's ink that the other picture may lack. */
const MAX_LOST = 0.01
/** Default tolerance of a curve in the reader, mm. */
const TOLERANCE = 0.02
/** Tolerance of a curve in the picture, pixels. */
const MAX_STRAY = 0.25
const PX = 25.4 / 96
/** Options of the reader that match the browser's picture, which shows the outline of every shape. */
const OUTLINES = { drawWhite: true, clipEdges: false } as const
const BLANK = '<svg xmlns="http://www.w3.org/2000/svg"/>'
const HOST = 'http://svg.invalid'

export type Verdict = 'agrees' | 'differs' | 'refused' | 'crashed' | 'browser fails'

export interface Agreement {
  readonly file: string
  /** A hash of the file, plotd's drawing of it and the code that compares them; '' when there was no comparison. */
  readonly key: string
  readonly verdict: Verdict
  /** Fraction of the original's ink that is missing in plotd's drawing. */
  readonly lacks: number
  /** Fraction of the drawing's ink that is missing in the original. */
  readonly extra: number
  readonly milliseconds: number
  readonly note: string
  readonly pictures?: { readonly original: Buffer; readonly ours: Buffer }
}

type Judgement = Omit<Agreement, 'file' | 'key' | 'milliseconds'>

interface Ink {
  readonly count: number
  readonly lost: number
  /** A data URL, when pictures are kept. */
  readonly picture: string
}

interface PixelCounts {
  readonly original: Ink
  readonly ours: Ink
}

/** Shows the original SVG and plotd's drawing of it in a browser, and compares the pictures. */
export class AgreementTest {
  readonly #page: Page
  readonly #pictures: boolean

  /** @param pictures  whether to keep both pictures when they differ */
  static async open(browser: Browser, pictures = false): Promise<AgreementTest> {
    const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE }, deviceScaleFactor: 1 })
    page.setDefaultTimeout(0) // a slow machine must not count as a failure
    await page.route('**/*', (route) =>
      route.request().url() === `${HOST}/`
        ? route.fulfill({ body: '<!doctype html><body></body>', contentType: 'text/html' })
        : route.abort(),
    )
    await page.goto(`${HOST}/`)
    await page.evaluate(`globalThis.compare = ${COMPARE}`) // compiled once for all files
    return new AgreementTest(page, pictures)
  }

  private constructor(page: Page, pictures: boolean) {
    this.#page = page
    this.#pictures = pictures
  }

  /** @param known  looks up an earlier verdict on the same comparison by its key */
  async compare(file: string, known: (key: string) => Agreement | undefined = () => undefined): Promise<Agreement> {
    const bytes = undecorated(readFileSync(file))
    const started = performance.now()
    const blank = { file, key: '', lacks: 0, extra: 0, milliseconds: 0, note: '' }
    try {
      const first = readSvg(bytes, OUTLINES).drawing
      const read = { ...blank, milliseconds: performance.now() - started }
      const size = SIZE / Math.max(first.width, first.height)
      // When a page of a few mm fills the picture, the default tolerance of a curve is several pixels.
      const tolerance = MAX_STRAY / size
      const drawing = tolerance < TOLERANCE ? readSvg(bytes, { ...OUTLINES, tolerance }).drawing : first
      const layers = drawing.layers.map(black)
      const ours = drawingToSvg({ ...drawing, layers }, { strokeWidth: 1 / size })
      const pair = { ours, ...shownAs(bytes, drawing), radius: RADIUS }
      const key = hash(JSON.stringify(pair), COMPARE)
      return known(key) ?? { ...read, key, ...(await this.#compared(pair)) }
    } catch (thrown) {
      const error = toPlotdError(thrown)
      const note = `${error.code} ${error.message}`
      if (error.code === 'ERR_SVG_INVALID' && !(await this.#isShown(bytes)))
        return { ...blank, verdict: 'agrees', note }
      const verdict = error.code === 'ERR_INTERNAL' ? 'crashed' : 'refused'
      return { ...blank, verdict, milliseconds: performance.now() - started, note }
    }
  }

  async #isShown(bytes: Buffer): Promise<boolean> {
    const page = { original: originalSvg(bytes), width: SIZE, height: SIZE }
    return (await this.#counted({ ...page, ours: BLANK, scale: 1, radius: RADIUS }, false)) !== undefined
  }

  async #compared(pair: object): Promise<Judgement> {
    const counted = await this.#counted(pair, false)
    if (counted === undefined) return { verdict: 'browser fails', lacks: 0, extra: 0, note: '' }
    const lacks = counted.original.lost / Math.max(1, counted.original.count)
    const extra = counted.ours.lost / Math.max(1, counted.ours.count)
    const agrees = lacks <= MAX_LOST && extra <= MAX_LOST
    const blank = counted.original.count === 0 && counted.ours.count === 0
    const judged = { lacks, extra, note: blank ? 'blank' : '' }
    if (agrees) return { ...judged, verdict: 'agrees' }
    const pictures = this.#pictures ? await this.#counted(pair, true) : undefined
    return {
      ...judged,
      verdict: 'differs',
      ...(pictures && { pictures: { original: png(pictures.original), ours: png(pictures.ours) } }),
    }
  }

  async #counted(pair: object, pictures: boolean): Promise<PixelCounts | undefined> {
    const evaluated = this.#page.evaluate(`compare(${JSON.stringify({ ...pair, pictures })})`)
    return (await evaluated.catch(() => undefined)) as PixelCounts | undefined
  }
}

/**
 * The original on a page of its own size, and the factor that enlarges the page to the picture. On a page of this size,
 * lengths in vw are right, and so are the widths of strokes that do not scale. A very small or very large page gets the
 * size of the picture instead, and a viewBox scales the original. A browser rounds lengths to a 64th of a px, which is
 * much on a very small page.
 */
function shownAs(bytes: Buffer, page: Pick<Drawing, 'width' | 'height'>) {
  const [width, height] = [page.width / PX, page.height / PX]
  const scale = SIZE / Math.max(width, height)
  return scale > 1 / 4 && scale < 6
    ? { original: originalSvg(bytes), width, height, scale }
    : { original: originalSvg(bytes, `0 0 ${width} ${height}`), width: width * scale, height: height * scale, scale: 1 }
}

/**
 * Removes `text-decoration`, such as underlines, from the comparison. A browser draws each decoration as a bar at least
 * a px thick. The outline of a bar is two lines, but plotd draws one line.
 */
const undecorated = (bytes: Buffer): Buffer =>
  bytes.includes('text-decoration')
    ? Buffer.from(bytes.toString('latin1').replaceAll('text-decoration', 'text-undecorated'), 'latin1')
    : bytes

const png = ({ picture }: Ink): Buffer => Buffer.from(picture.split(',')[1] ?? '', 'base64')

const hash = (...parts: readonly (string | Buffer)[]): string => {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest('base64url')
}

const black = (layer: Layer): Layer => ({ ...layer, color: 'black' })
