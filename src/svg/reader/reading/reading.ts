import { PlotdError } from '../../../errors.ts'
import type { MissingCharacter, StrokeFont } from '../../../hershey/index.ts'
import type { Filler } from '../../fill/fill.ts'
import { Cascade, type UseCopy } from '../css/cascade.ts'
import { pageOf } from '../css/page.ts'
import { decodedId } from '../css/paint.ts'
import type { Style } from '../css/style.ts'
import { stylesheet } from '../css/stylesheet.ts'
import type { Budget } from '../document/budget.ts'
import type { SvgElement, Tree } from '../document/tree.ts'
import type { Visible } from '../paint/visible.ts'
import { Polylines } from '../shapes/polylines.ts'
import { GlyphCache } from '../text/glyphs.ts'
import type { Measured } from '../text/path.ts'
import type { LayerKey } from './frame.ts'
import type { LayerMode, ReadLimits } from './options.ts'
import { Tally } from './tally.ts'
import { TextTally } from './text-tally.ts'

/** mm of a CSS pixel: 96 to the inch. */
export const PIXEL = 25.4 / 96

export interface Settings {
  /** mm */
  readonly tolerance: number
  readonly strokesOnly: boolean
  readonly layers: LayerMode
  readonly font: string | StrokeFont | undefined
  readonly text: boolean
  readonly filler: Filler | undefined
  readonly hide: boolean
  readonly language: string
  readonly limits: ReadLimits
}

/** One reading: the document, what was asked, and what is counted on the way. */
export class Reading {
  readonly tree: Tree
  readonly settings: Settings
  readonly budget: Budget
  readonly cascade: Cascade
  readonly notDrawn = new Tally()
  readonly hiddenLayers: string[] = []
  /** How the last shape showed: in large files the next one has the very same style. */
  lastVisible: { readonly style: Style; readonly name: string; readonly visible: Visible | undefined } | undefined
  readonly text = new TextTally()
  readonly glyphs: GlyphCache
  /** Paths that texts follow. */
  readonly guides = new Map<SvgElement, Measured>()
  /** The glyph that is being drawn. */
  readonly glyphLines: Polylines
  /** The clipPaths that are being gathered, the outermost first. */
  readonly clipPaths: SvgElement[] = []
  /** The `use` elements that are being drawn, the outermost first. */
  readonly uses: UseCopy[] = []
  /** Elements that are being drawn by reference just now: a second time would never end. */
  readonly #active = new Set<SvgElement>()
  readonly #colors = new Map<string, LayerKey>()
  #groups: ReadonlyMap<SvgElement | string, number> | undefined
  #expansions = 0

  constructor(tree: Tree, settings: Settings, budget: Budget) {
    this.tree = tree
    this.settings = settings
    this.budget = budget
    this.glyphs = new GlyphCache(settings.font)
    this.glyphLines = new Polylines(settings.limits.points)
    const { styles, hasVariables } = tree
    const sheet = stylesheet(styles, pageOf(tree.root, 16).box, budget)
    this.cascade = new Cascade(sheet, budget, hasVariables, this.uses)
  }

  /** Count characters that no font has: they are not drawn. */
  missing(characters: readonly MissingCharacter[]): void {
    this.text.miss(characters)
    for (const { char } of characters) this.notDrawn.add('character that no font has', char)
  }

  /** The element that `#id` names in this document. */
  find(reference: string | undefined): SvgElement | undefined {
    const text = reference?.trim() ?? ''
    return text.startsWith('#') ? this.tree.byId.get(decodedId(text.slice(1))) : undefined
  }

  /**
   * Draw something by reference, once: nothing when it is already being drawn further out.
   *
   * @throws PlotdError ERR_SVG_LIMIT when references have multiplied beyond the limit
   */
  expand(element: SvgElement, draw: () => void): void {
    if (this.#active.has(element)) return
    this.countExpansion()
    this.#active.add(element)
    draw()
    this.#active.delete(element)
  }

  /** @throws PlotdError ERR_SVG_LIMIT when a reference within references, or an element within elements, goes too deep */
  checkDepth(depth: number): void {
    const most = this.settings.limits.depth
    if (depth <= most) return
    throw new PlotdError('ERR_SVG_LIMIT', `the SVG nests what it draws more than ${most} deep${this.budget.place}`, {
      limit: 'depth',
      most,
      ...this.budget.detail,
    })
  }

  countExpansion(): void {
    const most = this.settings.limits.useExpansions
    if (++this.#expansions <= most) return
    throw new PlotdError(
      'ERR_SVG_LIMIT',
      `the SVG draws more than ${most} elements by way of use, markers and clip paths${this.budget.place}`,
      { limit: 'useExpansions', most, ...this.budget.detail },
    )
  }

  /** The place of a top-level group among all of them, from 1. */
  groupNumber(element: SvgElement): number {
    this.#groups ??= new Map(
      this.tree.root.children
        .filter((child) => typeof child !== 'string' && child.name === 'g')
        .map((group, i) => [group, i + 1]),
    )
    return this.#groups.get(element) ?? 0
  }

  /** The layer of a colour, when colours make the layers: each gets the next pen. */
  colorLayer(key: string): LayerKey {
    const known = this.#colors.get(key)
    if (known !== undefined) return known
    const layer = { key, name: key, pen: this.#colors.size + 1, options: {} }
    this.#colors.set(key, layer)
    return layer
  }
}
