import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { toPlotdError } from '../../src/errors.ts'
import type { Layer } from '../../src/geometry/drawing.ts'
import { drawingToSvg, readSvg } from '../../src/svg/index.ts'
import { COMPARE, FORCE_OUTLINE } from './in-page.ts'

/** px of the longer side of both pictures. */
const SIZE = 600
/** Ink may be this many pixels away in the other picture. */
const RADIUS = 1
/** Share of ink that may be missing on either side. */
const MOST_LOST = 0.01
const PX = 25.4 / 96
const HOST = 'http://svg.invalid'

export type Verdict = 'agrees' | 'differs' | 'refused' | 'crashed' | 'browser fails'

export interface Agreement {
  readonly file: string
  readonly verdict: Verdict
  /** Share of the original's ink that ours lacks, and of ours that the original lacks. */
  readonly lacks: number
  readonly extra: number
  readonly milliseconds: number
  readonly note: string
  readonly pictures?: { readonly original: Buffer; readonly ours: Buffer }
}

interface Counted {
  readonly original: { readonly count: number; readonly lost: number }
  readonly ours: { readonly count: number; readonly lost: number }
}

/** Shows SVGs in a browser, the original and our reading of it, and compares the pictures. */
export class AgreementTest {
  readonly #page: Page
  readonly #judge: Page
  #body = ''

  static async open(browser: Browser): Promise<AgreementTest> {
    const context = await browser.newContext({ viewport: { width: SIZE, height: SIZE }, deviceScaleFactor: 1 })
    const test = new AgreementTest(await context.newPage(), await context.newPage())
    await test.#page.route('**/*', (route) =>
      route.request().url().startsWith(HOST)
        ? route.fulfill({ body: test.#body, contentType: 'image/svg+xml; charset=utf-8' })
        : route.abort(),
    )
    return test
  }

  private constructor(page: Page, judge: Page) {
    this.#page = page
    this.#judge = judge
  }

  async compare(file: string): Promise<Agreement> {
    const bytes = readFileSync(file)
    const started = performance.now()
    const blank = { file, lacks: 0, extra: 0, milliseconds: 0, note: '' }
    try {
      const { drawing } = readSvg(bytes, { text: false })
      const milliseconds = performance.now() - started
      const size = SIZE / Math.max(drawing.width, drawing.height)
      const [width, height] = [Math.ceil(drawing.width * size), Math.ceil(drawing.height * size)]
      const box = {
        width: drawing.width * size,
        height: drawing.height * size,
        boxWidth: drawing.width / PX,
        boxHeight: drawing.height / PX,
      }
      const ours = await this.#picture(
        drawingToSvg({ ...drawing, layers: drawing.layers.map(black) }, { strokeWidth: 1 / size }),
        box,
        false,
        width,
        height,
      )
      const original = await this.#picture(withNamespace(text(bytes)), box, true, width, height).catch(() => undefined)
      if (original === undefined) return { ...blank, verdict: 'browser fails', milliseconds }
      return { ...blank, milliseconds, ...(await this.#judged(original, ours)) }
    } catch (thrown) {
      const error = toPlotdError(thrown)
      const verdict = error.code === 'ERR_INTERNAL' ? 'crashed' : 'refused'
      return { ...blank, verdict, milliseconds: performance.now() - started, note: `${error.code} ${error.message}` }
    }
  }

  async #judged(original: Buffer, ours: Buffer): Promise<Omit<Agreement, 'file' | 'milliseconds'>> {
    const [a, b] = [original.toString('base64'), ours.toString('base64')]
    const counted = (await this.#judge.evaluate(`${COMPARE}(${JSON.stringify({ a, b, radius: RADIUS })})`)) as Counted
    const lacks = counted.original.lost / Math.max(1, counted.original.count)
    const extra = counted.ours.lost / Math.max(1, counted.ours.count)
    const agrees = lacks <= MOST_LOST && extra <= MOST_LOST
    const blank = counted.original.count === 0 && counted.ours.count === 0
    return {
      verdict: agrees ? 'agrees' : 'differs',
      lacks,
      extra,
      note: blank ? 'blank' : '',
      pictures: { original, ours },
    }
  }

  async #picture(svg: string, box: object, forced: boolean, width: number, height: number): Promise<Buffer> {
    this.#body = svg
    await this.#page.goto(`${HOST}/picture.svg`, { timeout: 20_000 })
    const script = forced
      ? `${FORCE_OUTLINE}(${JSON.stringify(box)})`
      : `document.documentElement.setAttribute('width', ${width}), document.documentElement.setAttribute('height', ${height})`
    await this.#page.evaluate(script)
    return await this.#page.screenshot({ clip: { x: 0, y: 0, width, height }, timeout: 20_000 })
  }
}

const black = (layer: Layer): Layer => ({ ...layer, color: 'black' })

const text = (bytes: Buffer): string => {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  const encoding = /^<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(plain.subarray(0, 200).toString('latin1'))?.[1]
  return new TextDecoder(plain[0] === 0xff ? 'utf-16le' : (encoding ?? 'utf-8'))
    .decode(plain)
    .replace(/encoding=["'][\w-]+["']/, '')
}

/** A browser shows no picture of an SVG that lacks its namespaces. */
function withNamespace(svg: string): string {
  const root = /<svg(?=[\s>/])[^>]*>/.exec(svg)
  if (root === null) return svg
  const lacking = [
    ['xmlns', 'http://www.w3.org/2000/svg'],
    ['xmlns:xlink', 'http://www.w3.org/1999/xlink'],
    ['xmlns:inkscape', 'http://www.inkscape.org/namespaces/inkscape'],
    ['xmlns:sodipodi', 'http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd'],
  ].filter(([name = '']) => !new RegExp(`\\s${name}\\s*=`).test(root[0]))
  const added = lacking.map(([name, uri]) => ` ${name}="${uri}"`).join('')
  return `${svg.slice(0, root.index + 4)}${added}${svg.slice(root.index + 4)}`
}
