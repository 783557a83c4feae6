/**
 * The room `picture`: SVGs as pixels, and drawings as PDFs. `png` draws a PNG on a thread of its own, `pixels` draws in
 * the caller's thread, and `pdf` writes a PDF. `src/svg/index.ts` exports them.
 */
import { fileURLToPath } from 'node:url'
import type { Piscina } from 'piscina'
import { messageOf, PlotdError } from '../../errors.ts'
import { importingThread, threadScript } from '../../threads.ts'
import { cssColor } from '../css-color.ts'
import type { PngAnswer, PngRequest } from './png-thread.ts'

/** The size and the paper of a picture, and limits on its making. */
export interface PngOptions {
  /** Width in pixels; 1200 when no size is given. `scale` replaces `width` and `height`. `width` replaces `height`. */
  readonly width?: number
  readonly height?: number
  /** Pixels per CSS pixel (96 to the inch). */
  readonly scale?: number
  /** CSS colour of the paper; default white, 'none' for transparent. */
  readonly background?: string
  /** Limit on the time to wait for the thread and to draw, ms; default 20,000. */
  readonly timeoutMs?: number
  /** Maximum number of bytes of the SVG in UTF-8; default 64 million. */
  readonly mostBytes?: number
  /** Maximum number of pixels of the picture; default 100 million. */
  readonly mostPixels?: number
}

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg'

let pool: Promise<Piscina> | undefined

/**
 * A pool of one thread. The thread stays for ten seconds after a picture, because its start and the compilation of the
 * wasm take longer than most pictures. The first picture makes the pool, because the pool takes 8 MB, and programs that
 * only read SVGs need no pool.
 */
async function makePool(): Promise<Piscina> {
  const { Piscina: Pool } = await import('piscina')
  return new Pool({
    filename: fileURLToPath(threadScript('src/svg/picture/png-thread')),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 10_000,
    ...importingThread,
  })
}

const thread = (): Promise<Piscina> => {
  pool ??= makePool()
  return pool
}

/**
 * Draws an SVG as a PNG. Text elements are left out, because the renderer has no fonts.
 *
 * @throws PlotdError ERR_SVG_INVALID when the renderer refuses the SVG
 * @throws PlotdError ERR_SVG_LIMIT when the SVG, the picture or the time exceeds a limit
 * @throws PlotdError ERR_PARAMS for an invalid option
 */
export async function svgToPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { timeoutMs = 20_000, mostBytes = 64e6, mostPixels = 100e6, background = 'white' } = options
  const bytes = Buffer.byteLength(svg)
  if (bytes > mostBytes) throw limit(`${bytes} bytes`, `${mostBytes} bytes`)
  const request: PngRequest = {
    svg: withNamespace(svg),
    fit: fitOf(options),
    background: background === 'none' ? undefined : cssColor(background, 'background'),
    mostPixels,
  }
  const answer = await drawOnThread(request, timeoutMs)
  if ('png' in answer) return answer.png
  if (answer.refused === 'pixels') throw limit(answer.message, `${mostPixels} pixels`)
  throw new PlotdError('ERR_SVG_INVALID', `the SVG cannot be drawn: ${answer.message}`)
}

async function drawOnThread(request: PngRequest, timeoutMs: number): Promise<PngAnswer> {
  const pictures = await thread()
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    return (await pictures.run(request, { signal })) as PngAnswer
  } catch (thrown) {
    if (signal.aborted) throw tooSlow(timeoutMs)
    throw new PlotdError('ERR_SVG_INVALID', `the SVG cannot be drawn: ${messageOf(thrown)}`, {}, thrown)
  }
}

function limit(got: string, most: string): PlotdError {
  return new PlotdError('ERR_SVG_LIMIT', `the SVG is too large for a picture: ${got}, at most ${most}`)
}

const tooSlow = (timeoutMs: number): PlotdError =>
  new PlotdError('ERR_SVG_LIMIT', `drawing the SVG as a picture took longer than ${timeoutMs} ms`)

function fitOf({ width, height, scale }: PngOptions): PngRequest['fit'] {
  for (const [what, value] of Object.entries({ width, height, scale })) {
    if (value !== undefined && !(value > 0 && value <= 32_768)) {
      throw new PlotdError('ERR_PARAMS', `${what} must be above 0 and at most 32768, got ${value}`)
    }
  }
  if (scale !== undefined) return { scale }
  // The renderer ignores a height that is not whole.
  const whole = (value: number): number => Math.max(1, Math.round(value))
  return height !== undefined && width === undefined ? { height: whole(height) } : { width: whole(width ?? 1200) }
}

/**
 * Adds the SVG namespace when it is missing. A fifth of published SVGs lack the namespace, and the renderer refuses an
 * SVG without it.
 */
function withNamespace(svg: string): string {
  const root = /<svg(?=[\s>/])[^>]*>/.exec(svg)
  if (root === null || /\sxmlns\s*=/.test(root[0])) return svg
  return `${svg.slice(0, root.index + 4)} xmlns="${SVG_NAMESPACE}"${svg.slice(root.index + 4)}`
}
