import { PlotdError } from '../../errors.ts'
import { type Affine, compose, IDENTITY } from '../../geometry/affine.ts'
import { boundsOf, EMPTY_BOUNDS } from '../../geometry/bounds.ts'
import type { Drawing } from '../../geometry/drawing.ts'
import type { PageSize } from '../../geometry/pages.ts'
import { DEFAULT_FONT } from '../../hershey/index.ts'
import { fillerOf } from '../fill/fill.ts'
import { animateToStart } from './animation.ts'
import { DEFAULT_SIZE, extent, type Page, pageOf } from './css/page.ts'
import { fractionOf } from './css/paint.ts'
import { fontSize, INITIAL, inherit } from './css/style.ts'
import { asLimit, Budget } from './document/budget.ts'
import { decode } from './document/decode.ts'
import { expandEntities } from './document/entities.ts'
import { parseTree } from './document/tree.ts'
import { boxRegion, clipOf } from './paint/clip.ts'
import { NO_LAYER } from './paint/layers.ts'
import { isFullyHidden } from './paint/mask.ts'
import { PlotSink } from './paint/plot-sink.ts'
import { DEFAULT_LIMITS, type NotDrawn, type ReadLimits, type ReadOptions, type SvgReading } from './reading/options.ts'
import { elementTransform } from './reading/placing.ts'
import { type Frame, Reading, type Settings } from './reading/reading.ts'
import { DocumentWalker } from './walk.ts'

const DEFAULT_TOLERANCE = 0.02

/**
 * Reads an SVG as a drawing in mm, each layer in painting order: outlines of visible shapes, text in a stroke font, and
 * the lines that `fill` requires. `notDrawn` counts the parts that the pen does not draw, or does not draw as the file
 * says.
 *
 * @param source  text; bytes in UTF-8, in UTF-16, or in the encoding of the XML declaration; or a .svgz
 * @throws PlotdError ERR_SVG_INVALID when the source is not a well-formed SVG
 * @throws PlotdError ERR_SVG_LIMIT when the source exceeds a limit
 * @throws PlotdError ERR_STRICT when `strict` is set and `notDrawn` has an entry
 * @throws PlotdError ERR_PARAMS for an invalid option; ERR_FONT_UNKNOWN for an unknown font
 */
export function readSvg(source: string | Uint8Array, options: ReadOptions = {}): SvgReading {
  const settings = settingsOf(options)
  const budget = new Budget(settings.limits.work)
  try {
    return read(source, options, settings, budget)
  } catch (thrown) {
    throw asLimit(thrown, budget)
  }
}

function read(source: string | Uint8Array, options: ReadOptions, settings: Settings, budget: Budget): SvgReading {
  const reading = readingOf(source, settings, budget)
  const drawing = draw(reading)
  const notDrawn = reading.notDrawn.list()
  if (options.strict && notDrawn.length > 0) throw strictError(notDrawn)
  const { count, missing } = reading.text
  const font = typeof settings.font === 'object' ? settings.font.info.name : (settings.font ?? DEFAULT_FONT)
  return {
    drawing,
    notDrawn,
    text: count === 0 ? undefined : { count, font, missing },
    hiddenLayers: reading.hiddenLayers,
    whiteFills: reading.whiteFills,
    notFilled: reading.notFilled,
    work: Math.round(budget.spent),
  }
}

function readingOf(source: string | Uint8Array, settings: Settings, budget: Budget): Reading {
  const { limits } = settings
  const document = expandEntities(decode(source, limits.bytes), limits.entityBytes)
  const tree = parseTree(document, limits, budget)
  animateToStart(tree, budget)
  return new Reading(tree, settings, budget)
}

/**
 * The size of an SVG's page, mm, without drawing the SVG. Undefined when a side is missing and there is no viewBox;
 * `readSvg` then measures the strokes.
 *
 * @throws PlotdError ERR_SVG_INVALID, ERR_SVG_LIMIT
 */
export function pageOfSvg(source: string | Uint8Array, limits: Partial<ReadLimits> = {}): PageSize | undefined {
  const settings = settingsOf({ limits })
  const budget = new Budget(settings.limits.work)
  try {
    const { width, height } = rootOf(readingOf(source, settings, budget)).page
    return width === undefined || height === undefined ? undefined : { width, height }
  } catch (thrown) {
    throw asLimit(thrown, budget)
  }
}

/** The root with its declarations and its style, and the page that they give. */
function rootOf(reading: Reading) {
  const { root } = reading.tree
  const declared = reading.cascade.declared(root)
  const style = inherit(INITIAL, declared, { rootFontSize: 16, viewWidth: 0, viewHeight: 0, page: DEFAULT_SIZE })
  return { root, declared, style, page: pageOf(root, fontSize(style)) }
}

/**
 * Checks that an SVG can be parsed, without drawing the SVG: faster than `readSvg`.
 *
 * @throws PlotdError ERR_SVG_INVALID, ERR_SVG_LIMIT
 */
export function checkSvg(source: string | Uint8Array, limits: Partial<ReadLimits> = {}): void {
  const all = { ...DEFAULT_LIMITS, ...limits }
  const budget = new Budget(all.work)
  try {
    parseTree(expandEntities(decode(source, all.bytes), all.entityBytes), all, budget)
  } catch (thrown) {
    throw asLimit(thrown, budget)
  }
}

function draw(reading: Reading): Drawing {
  const { root, declared, style, page } = rootOf(reading)
  const sink = new PlotSink(reading)
  const isShown =
    !page.isBlank && declared.display !== 'none' && (declared.opacity === undefined || fractionOf(declared.opacity) > 0)
  const walker = new DocumentWalker(reading, sink)
  const frame = rootFrame(page, style, fractionOf(declared.opacity ?? '1'))
  const transform = elementTransform(walker, root, declared, frame, page.box)
  if (isShown && transform !== undefined) {
    const onPage = compose(page.toMm, transform)
    const matrix = withWholeNumbers(compose(onPage, page.matrix))
    // The root's clip is in px of the page, not in units of the viewBox.
    // A viewport that no transform moves is the page, at which every plot is cut.
    const { width, height } = page.box
    const isMoved = transform !== IDENTITY && page.width !== undefined && page.height !== undefined
    const viewport = isMoved ? boxRegion(onPage, 0, 0, width, height) : undefined
    const clip = clipOf(walker, root, declared, { ...frame, matrix: onPage, clip: viewport })
    if (clip !== 'nothing' && !isFullyHidden(walker, root, declared, { ...frame, matrix: onPage }))
      walker.children(root, { ...frame, matrix, clip })
  }
  sink.ink.finish()
  const drawing = sink.layers.drawing()
  const isKnown = page.width !== undefined && page.height !== undefined
  const { maxX, maxY } = isKnown ? EMPTY_BOUNDS : boundsOf(drawing)
  return { ...drawing, width: extent(page.width, maxX), height: extent(page.height, maxY) }
}

/**
 * Rounds the numbers of a matrix that are nearly whole, so that coordinates stay exact in a file whose unit is the
 * millimetre.
 */
function withWholeNumbers([a, b, c, d, e, f]: Affine): Affine {
  const whole = (n: number): number => (Math.abs(n - Math.round(n)) < 1e-12 ? Math.round(n) + 0 : n)
  return [whole(a), whole(b), whole(c), whole(d), whole(e), whole(f)]
}

function rootFrame({ matrix, viewWidth, viewHeight, box }: Page, style: Frame['style'], opacity: number): Frame {
  const rootFontSize = fontSize(style)
  return {
    matrix,
    style,
    viewWidth,
    viewHeight,
    clip: undefined,
    layer: NO_LAYER,
    opacity,
    painter: undefined,
    rootFontSize,
    page: box,
    scope: undefined,
    depth: 0,
  }
}

function settingsOf(options: ReadOptions): Settings {
  const {
    tolerance = DEFAULT_TOLERANCE,
    strokesOnly = false,
    layers = 'inkscape',
    font,
    text = true,
    language = 'en',
    hide = false,
    drawWhite = false,
    fillAll = false,
    clipEdges = true,
  } = options
  if (!(tolerance > 0 && Number.isFinite(tolerance))) {
    throw new PlotdError('ERR_PARAMS', `tolerance must be a finite number above 0 mm, got ${tolerance}`)
  }
  const filler = options.fill === undefined ? undefined : fillerOf(options.fill)
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  return { tolerance, strokesOnly, layers, font, text, filler, fillAll, hide, drawWhite, clipEdges, language, limits }
}

function strictError(notDrawn: readonly NotDrawn[]): PlotdError {
  const list = notDrawn.map(({ what, count }) => `${count} × ${what}`).join(', ')
  return new PlotdError('ERR_STRICT', `would not be drawn as the file says: ${list}`, { notDrawn })
}
