/**
 * The room `reading`: the state of one reading, and the interfaces by which the other rooms work together (walker,
 * sink, frame).
 */
import { PlotdError } from '../../../errors.ts'
import type { Affine } from '../../../geometry/affine.ts'
import type { Layer } from '../../../geometry/drawing.ts'
import type { Region } from '../../../geometry/region.ts'
import { StrokeWriter } from '../../../geometry/stroke-writer.ts'
import type { MissingCharacter, StrokeFont } from '../../../hershey/index.ts'
import { beginningOf } from '../../../values.ts'
import type { Filler } from '../../fill/fill.ts'
import { Cascade, type Declared, type UseCopy } from '../css/cascade.ts'
import type { LengthContext } from '../css/lengths.ts'
import { pageOf } from '../css/page.ts'
import { decodeId, type Painter } from '../css/paint.ts'
import { fontSize, INITIAL, inherit, type Style } from '../css/style.ts'
import { stylesheet } from '../css/stylesheet.ts'
import type { Budget } from '../document/budget.ts'
import { childElements, type SvgElement, type Tree } from '../document/tree.ts'
import type { Outline } from '../shapes/outline.ts'
import { GlyphCache } from './glyphs.ts'
import { ANOTHER_WAY, type LayerMode, type NotDrawn, pointLimit, type ReadLimits, WAYS } from './options.ts'

/** The layer of a stroke. Strokes with the same key form one layer. */
export type LayerKey = Pick<Layer, 'name' | 'pen' | 'options'> & { readonly key: string }

/** The values that an element inherits from its ancestors, and from the `use` or marker that draws it. */
export interface Frame {
  /** Maps user units to mm. */
  readonly matrix: Affine
  readonly style: Style
  /** Size of the nearest viewport, to which percentages refer, in the viewport's own units. */
  readonly viewWidth: number
  readonly viewHeight: number
  /** Visible region, mm; undefined for the whole plane. */
  readonly clip: Region | undefined
  readonly layer: LayerKey
  /** Product of the `opacity` of the element and of the elements around it. */
  readonly opacity: number
  readonly painter: Painter | undefined
  readonly rootFontSize: number
  /** Size of the page, px. */
  readonly page: { readonly width: number; readonly height: number }
  /** The root of the copy that a `use` draws here. */
  readonly scope: SvgElement | undefined
  /** Depth of nesting below the root. Each reference adds to the depth. */
  readonly depth: number
}

export function lengthContext({ style, viewWidth, viewHeight, rootFontSize, page }: Frame): LengthContext {
  return { fontSize: fontSize(style), rootFontSize, viewWidth, viewHeight, page }
}

/** Receives shapes and text from a walker. */
export interface Sink {
  /** 'plot' follows paint, clips and visibility; 'clip' collects regions; 'measure' uses only the geometry. */
  readonly purpose: 'plot' | 'measure' | 'clip'
  /**
   * Receives an outline in user units. The walker reuses the outline for the next shape, so a sink copies the points
   * that it keeps.
   */
  shape(element: SvgElement, declared: Declared, outline: Outline, frame: Frame, walker: Walker): void
  /** Receives a layer that the drawing keeps even without strokes. */
  emptyLayer?(layer: LayerKey): void
  /** Receives text, as polylines in user units. */
  glyphs(lines: StrokeWriter, frame: Frame): void
}

/** Visits the document in painting order and hands each shape to the sink, with its frame. */
export interface Walker {
  readonly reading: Reading
  readonly sink: Sink
  /** A walker of the same document for another purpose. */
  withSink(sink: Sink): Walker
  /** Visits the children. @param only  names of the children to visit; default all */
  children(element: SvgElement, frame: Frame, only?: ReadonlySet<string>): void
  /**
   * Visits an element with its style, transform and clip.
   *
   * @param content  the element to draw, by default `element`. `drawUse` passes a copy of a symbol or svg that has the
   *   size of the `use`.
   */
  visit(element: SvgElement, outer: Frame, content?: SvgElement): void
  /** Draws the content of an element. The frame already has the element's own style, transform and clip. */
  draw(element: SvgElement, declared: Declared, frame: Frame): void
  /**
   * The visible region after the element's `clip-path`: undefined for the whole plane, 'nothing' for an empty region.
   */
  clip(element: SvgElement, declared: Declared, frame: Frame): Region | undefined | 'nothing'
  /** Whether a mask or a filter hides the element wholly. */
  isFullyHidden(element: SvgElement, declared: Declared, frame: Frame): boolean
}

/** The paint of a shape. */
export interface Visible {
  readonly hasStroke: boolean
  readonly hasFill: boolean
  /** Colour of the stroke, else of the fill; undefined for a gradient or a pattern. */
  readonly color: string | undefined
  readonly fillColor: string | undefined
  /**
   * Whether the shape has a fill whose paint is opaque everywhere. A pattern is opaque if one opaque rect covers its
   * tile.
   */
  readonly hasOpaquePaint: boolean
  /**
   * Whether the shape has a white fill and no stroke, and `drawWhite` is off. Only the markers of such a shape are
   * drawn. A text is drawn all the same.
   */
  readonly isPaper: boolean
  /** Width of the stroke, user units. */
  readonly strokeWidth: number
}

/** A path as measured segments, for text along it. */
export interface MeasuredPath {
  /** Transform and tolerance. A path with another key must be measured again. */
  readonly key: string
  /** Each segment as ax, ay, bx, by and the path's length before it. Segments of no length are left out. */
  readonly segments: readonly (readonly [number, number, number, number, number])[]
  readonly length: number
  readonly end: readonly [x: number, y: number]
}

/** The choices of a user, with defaults: see `ReadOptions`. */
export interface Settings {
  /** mm */
  readonly tolerance: number
  readonly strokesOnly: boolean
  readonly layers: LayerMode
  readonly font: string | StrokeFont | undefined
  readonly text: boolean
  readonly filler: Filler | undefined
  readonly fillAll: boolean
  readonly hide: boolean
  readonly drawWhite: boolean
  readonly clipEdges: boolean
  readonly language: string
  readonly limits: ReadLimits
}

/** One reading: the document, its settings, its caches, and counts of drawn and skipped things. */
export class Reading {
  readonly tree: Tree
  readonly settings: Settings
  readonly budget: Budget
  readonly cascade: Cascade
  readonly #keyframes: ReadonlySet<string>
  /** The results of `isAnimated`, because many copies of an element may share one long value. */
  readonly #animated = new Map<string, boolean>()
  readonly notDrawn = new Tally()
  readonly #hiddenLayers = new Set<string>()
  whiteFills = 0
  notFilled = 0
  /** The masks that are being read, the outermost first. */
  readonly masks: SvgElement[] = []
  /**
   * The last paint that `visibility` may use again. In large files the next shape often has the same style, and so the
   * same paint.
   */
  lastVisible: { readonly style: Style; readonly name: string; readonly visible: Visible | undefined } | undefined
  readonly text = new TextTally()
  readonly glyphs: GlyphCache
  /** The paths along which texts run, by the path element. */
  readonly guides = new Map<SvgElement, MeasuredPath>()
  /** Buffer for the current glyph. */
  readonly glyphLines: StrokeWriter
  /** The clipPaths that are being read, the outermost first. */
  readonly clipPaths: SvgElement[] = []
  /** The copies that `use` elements are drawing now, the outermost first. */
  readonly uses: UseCopy[] = []
  /** Elements that are being drawn by reference. The reader does not draw such an element again inside itself. */
  readonly #active = new Set<SvgElement>()
  readonly #colors = new Map<string, LayerKey>()
  #groups: ReadonlyMap<SvgElement, number> | undefined
  #expansions = 0

  constructor(tree: Tree, settings: Settings, budget: Budget) {
    this.tree = tree
    this.settings = settings
    this.budget = budget
    this.glyphs = new GlyphCache(settings.font)
    this.glyphLines = new StrokeWriter(pointLimit(settings.limits.points))
    const { styles, hasVariables } = tree
    const sheet = stylesheet(styles, pageOf(tree.root, 16).box, budget)
    this.cascade = new Cascade(sheet, budget, hasVariables, this.uses)
    this.#keyframes = sheet.facts.keyframes
    for (let i = 0; i < tree.linkedSheets + sheet.facts.imports; i++)
      this.notDrawn.add('style sheet of another file', ANOTHER_WAY.withoutIt)
    for (let i = 0; i < sheet.facts.scopes; i++) this.notDrawn.add('@scope', ANOTHER_WAY.withoutIt)
  }

  /** Whether a value of `animation-name`, or of the shorthand `animation`, names keyframes of the document. */
  isAnimated(value: string): boolean {
    if (this.#keyframes.size === 0) return false
    const known = this.#animated.get(value)
    if (known !== undefined) return known
    const isAnimated = value.split(/[\s,"']+/).some((word) => this.#keyframes.has(word.toLowerCase()))
    this.#animated.set(value, isAnimated)
    return isAnimated
  }

  /** Labels of the layers marked with `%`, each once, cut to `MAX_SHOWN` characters. */
  get hiddenLayers(): readonly string[] {
    return [...this.#hiddenLayers]
  }

  /** Remembers a layer that is not plotted. */
  hideLayer(label: string): void {
    this.#hiddenLayers.add(shown(label))
  }

  /** Counts characters that are not drawn because no font has them. */
  countMissing(characters: readonly MissingCharacter[]): void {
    this.text.add(characters)
    for (const { char } of characters) this.notDrawn.add('character that no font has', char)
  }

  /** The element with the id in `#id`; undefined for other text or an unknown id. */
  find(reference: string | undefined): SvgElement | undefined {
    const text = reference?.trim() ?? ''
    return text.startsWith('#') ? this.tree.byId.get(decodeId(text.slice(1))) : undefined
  }

  /**
   * Draws an element by reference. Draws nothing while the same element is being drawn.
   *
   * @throws PlotdError ERR_SVG_LIMIT for more references than `limits.useExpansions`
   */
  expand(element: SvgElement, draw: () => void): void {
    if (this.#active.has(element)) return
    this.countExpansion()
    this.#active.add(element)
    draw()
    this.#active.delete(element)
  }

  /** Checks the nesting of elements and references. @throws PlotdError ERR_SVG_LIMIT when it is too deep */
  checkDepth(depth: number): void {
    const most = this.settings.limits.depth
    if (depth <= most) return
    throw new PlotdError(
      'ERR_SVG_LIMIT',
      `the SVG nests elements and references more than ${most} deep${this.budget.place}`,
      {
        limit: 'depth',
        most,
        ...this.budget.detail,
      },
    )
  }

  /** Counts an element that is drawn by reference. @throws PlotdError ERR_SVG_LIMIT */
  countExpansion(): void {
    const most = this.settings.limits.useExpansions
    if (++this.#expansions <= most) return
    throw new PlotdError(
      'ERR_SVG_LIMIT',
      `the SVG draws more than ${most} elements by way of use, markers, clip paths and masks${this.budget.place}`,
      { limit: 'useExpansions', most, ...this.budget.detail },
    )
  }

  /** The place of a top-level group among all top-level groups, from 1; 0 for any other element. */
  groupNumber(element: SvgElement): number {
    this.#groups ??= new Map(topGroups(this.tree.root).map((group, i) => [group, i + 1]))
    return this.#groups.get(element) ?? 0
  }

  /** The layer of a colour, when colours make layers. Each new colour gets the next pen. */
  colorLayer(key: string): LayerKey {
    const known = this.#colors.get(key)
    if (known !== undefined) return known
    const layer = { key, name: key, pen: this.#colors.size + 1, options: {} }
    this.#colors.set(key, layer)
    return layer
  }
}

/**
 * The style of an element by its ancestors in the document. A marker, mask or clip path inherits from its ancestors,
 * not from the shape that refers to it.
 */
export function styleAt(reading: Reading, element: SvgElement, frame: Frame): Style {
  reading.budget.spend(20)
  const outer = element.parent === undefined ? INITIAL : styleAt(reading, element.parent, frame)
  return inherit(outer, reading.cascade.declared(element), frame)
}

/**
 * A warning shows at most this many characters of a text from the file, because a reference may hold a whole picture.
 */
const MAX_SHOWN = 100

const shown = (text: string): string => (text.length > MAX_SHOWN ? `${beginningOf(text, MAX_SHOWN - 1)}…` : text)

/** Counts the things that are not drawn, or drawn in another way, by kind. Keeps the first detail of each kind. */
class Tally {
  readonly #entries = new Map<string, { what: string; count: number; detail: string | undefined }>()

  /** Counts a thing. Things that are drawn in another way (ANOTHER_WAY) have a separate count for each way. */
  add(what: string, detail?: string): void {
    const key = detail !== undefined && WAYS.has(detail) ? `${what}: ${detail}` : what
    const entry = this.#entries.get(key)
    if (entry === undefined) this.#entries.set(key, { what, count: 1, detail: detail && shown(detail) })
    else entry.count++
  }

  list(): NotDrawn[] {
    return [...this.#entries.values()].map(({ what, count, detail }) =>
      detail === undefined ? { what, count } : { what, count, detail },
    )
  }
}

/** Counts texts, and characters that no font has. */
class TextTally {
  readonly #missing = new Map<string, MissingCharacter>()
  count = 0

  add(characters: readonly MissingCharacter[]): void {
    for (const character of characters) {
      const before = this.#missing.get(character.char)?.count ?? 0
      this.#missing.set(character.char, { ...character, count: before + character.count })
    }
  }

  get missing(): readonly MissingCharacter[] {
    return [...this.#missing.values()]
  }
}

/** The top-level groups, also inside the `switch` and the group with which Illustrator keeps its own data apart. */
const topGroups = (outer: SvgElement): SvgElement[] =>
  childElements(outer).flatMap((child) => {
    if (child.name === 'switch' || child.attributes['i:extraneous'] === 'self') return topGroups(child)
    return child.name === 'g' ? [child] : []
  })
