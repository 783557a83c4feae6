import { OPS } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { IDENTITY } from '../../geometry/affine.ts'
import { fontOf, type RawFont } from './fonts.ts'
import type { Font, Glyph, Instruction, NumberOp, Paint, PlainOp, Rule, Tiling } from './instructions.ts'
import { image, placesAt, stencil } from './pictures.ts'
import { affine, number, numbers } from './values.ts'

/** A page's operators in the form of pdf.js 5.6. */
export interface OperatorList {
  readonly fnArray: readonly number[]
  readonly argsArray: readonly (readonly unknown[] | null)[]
}

/** The store of pdf.js for fonts, glyphs and images. */
interface ObjectStore {
  has(id: string): boolean
  get(id: string): unknown
}

/** The objects that a page shares with other pages, its own objects, and the visibility of its layers. */
export interface Resources {
  readonly common: ObjectStore
  readonly own: ObjectStore
  readonly isVisible: (group: unknown) => boolean
}

type Args = readonly unknown[]
type Convert = (args: Args, converter: Converter) => Instruction | readonly Instruction[] | undefined

/** Converts the operators of a page to instructions, and those of its patterns and of its glyphs of Type 3. */
export function instructionsOf(list: OperatorList, resources: Resources): PageInstructions {
  const converter = new Converter(resources)
  return { instructions: converter.list(list), hasBrokenFonts: converter.hasBrokenFonts }
}

interface PageInstructions {
  readonly instructions: Instruction[]
  /** Whether pdf.js cannot read a font of the page or of a pattern. Fonts inside glyphs of Type 3 do not count. */
  readonly hasBrokenFonts: boolean
}

class Converter {
  readonly resources: Resources
  readonly #fonts = new Map<string, Font>()

  constructor(resources: Resources) {
    this.resources = resources
  }

  list({ fnArray, argsArray }: OperatorList): Instruction[] {
    const instructions: Instruction[] = []
    fnArray.forEach((fn, i) => {
      const result = CONVERT.get(fn)?.(argsArray[i] ?? [], this)
      if (result) instructions.push(...('op' in result ? [result] : result))
    })
    return instructions
  }

  font(id: string): Font | undefined {
    const { common } = this.resources
    const known = this.#fonts.get(id)
    if (known || !common.has(id)) return known
    const outline = (key: string): unknown => {
      const name = `${id}_path_${key}`
      return common.has(name) ? common.get(name) : undefined
    }
    const font = fontOf(id, common.get(id) as RawFont, outline, (list) => this.list(list))
    this.#fonts.set(id, font)
    return font
  }

  get hasBrokenFonts(): boolean {
    return [...this.#fonts.values()].some(({ isBroken }) => isBroken)
  }

  object(id: string): unknown {
    const { common, own } = this.resources
    const store = id.startsWith('g_') ? common : own
    return store.has(id) ? store.get(id) : undefined
  }
}

const CONVERT = new Map<number, Convert>()
const on = (fn: number, convert: Convert): unknown => CONVERT.set(fn, convert)
const plain = (fn: number, op: PlainOp): unknown => on(fn, () => ({ op }))
const numeric = (fn: number, op: NumberOp): unknown => on(fn, ([value]) => ({ op, value: number(value) }))

plain(OPS.save, 'save')
plain(OPS.restore, 'restore')
plain(OPS.beginText, 'beginText')
plain(OPS.nextLine, 'nextLine')
plain(OPS.paintFormXObjectEnd, 'endForm')
plain(OPS.endGroup, 'endGroup')
plain(OPS.endMarkedContent, 'endContent')
plain(OPS.shadingFill, 'shading')
plain(OPS.endAnnotation, 'endForm')
on(OPS.transform, (args) => ({ op: 'transform', matrix: affine(args) ?? IDENTITY }))
on(OPS.setTextMatrix, ([value]) => ({ op: 'textMatrix', matrix: affine(value) ?? IDENTITY }))
numeric(OPS.setLineWidth, 'lineWidth')
numeric(OPS.setLineCap, 'cap')
numeric(OPS.setLineJoin, 'join')
numeric(OPS.setMiterLimit, 'miter')
numeric(OPS.setCharSpacing, 'charSpacing')
numeric(OPS.setWordSpacing, 'wordSpacing')
numeric(OPS.setHScale, 'textScale')
numeric(OPS.setLeading, 'leading')
numeric(OPS.setTextRenderingMode, 'textMode')
numeric(OPS.setTextRise, 'rise')
on(OPS.setDash, ([dashes, phase]) => ({ op: 'dash', dashes: numbers(dashes), phase: number(phase) }))
on(OPS.setFillRGBColor, ([color]) => ({ op: 'fillPaint', paint: String(color) }))
on(OPS.setStrokeRGBColor, ([color]) => ({ op: 'strokePaint', paint: String(color) }))
on(OPS.setFillTransparent, () => ({ op: 'fillPaint', paint: 'none' }))
on(OPS.setStrokeTransparent, () => ({ op: 'strokePaint', paint: 'none' }))
on(OPS.setFillColorN, (args, converter) => ({ op: 'fillPaint', paint: pattern(args, converter) }))
on(OPS.setStrokeColorN, (args, converter) => ({ op: 'strokePaint', paint: pattern(args, converter) }))
on(OPS.clip, () => ({ op: 'clip', rule: 'nonzero' }))
on(OPS.eoClip, () => ({ op: 'clip', rule: 'evenodd' }))
on(OPS.setFont, ([id, size], converter) => {
  const font = converter.font(String(id))
  return font && { op: 'font', font, size: number(size) }
})
on(OPS.moveText, ([x, y]) => ({ op: 'moveText', x: number(x), y: number(y) }))
on(OPS.setLeadingMoveText, ([x, y]) => [
  { op: 'leading', value: -number(y) },
  { op: 'moveText', x: number(x), y: number(y) },
])
on(OPS.showText, ([glyphs]) => ({ op: 'showText', glyphs: (glyphs as unknown[]).map(glyph) }))
on(OPS.paintFormXObjectBegin, ([matrix, box]) => ({ op: 'beginForm', ...inner(matrix, box) }))
on(OPS.beginGroup, ([group]) => {
  const { matrix, bbox, smask } = (group ?? {}) as { matrix?: unknown; bbox?: unknown; smask?: unknown }
  return { op: 'beginGroup', ...inner(matrix, bbox), isMask: smask !== null && smask !== undefined }
})
on(OPS.beginMarkedContent, () => ({ op: 'beginContent', isShown: true }))
on(OPS.beginMarkedContentProps, ([tag, properties], { resources }) => ({
  op: 'beginContent',
  isShown: tag !== 'OC' || resources.isVisible(properties),
}))
on(OPS.paintImageXObject, ([id, width, height], converter) => image(converter.object(String(id)), width, height))
on(OPS.paintInlineImageXObject, ([data]) => image(data))
on(OPS.paintInlineImageXObjectGroup, ([data]) => image(data))
on(OPS.paintImageXObjectRepeat, ([id, x, y, at], converter) => ({
  ...image(converter.object(String(id))),
  places: placesAt([number(x), 0, 0, number(y)], at),
}))
const objectOf =
  (converter: Converter) =>
  (id: string): unknown =>
    converter.object(id)
on(OPS.paintImageMaskXObject, ([mask], converter) => stencil(mask, objectOf(converter)))
on(OPS.paintImageMaskXObjectGroup, ([images], converter) =>
  (images as { transform?: unknown }[]).map((mask) =>
    stencil(mask, objectOf(converter), [affine(mask.transform) ?? IDENTITY]),
  ),
)
on(OPS.paintImageMaskXObjectRepeat, ([mask, a, b, c, d, at], converter) =>
  stencil(mask, objectOf(converter), placesAt([number(a), number(b), number(c), number(d)], at)),
)
/** A stencil of one painted pixel fills the unit square. */
on(OPS.paintSolidColorImageMask, () => ({ op: 'path', data: UNIT_SQUARE, fill: 'nonzero' }))
const UNIT_SQUARE = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 4)

/** The effect of each painting operator of a path. */
const PAINTS = new Map<number, { readonly fill?: Rule; readonly stroke?: true; readonly close?: true }>([
  [OPS.stroke, { stroke: true }],
  [OPS.closeStroke, { stroke: true, close: true }],
  [OPS.fill, { fill: 'nonzero' }],
  [OPS.eoFill, { fill: 'evenodd' }],
  [OPS.rawFillPath, { fill: 'nonzero' }],
  [OPS.fillStroke, { fill: 'nonzero', stroke: true }],
  [OPS.eoFillStroke, { fill: 'evenodd', stroke: true }],
  [OPS.closeFillStroke, { fill: 'nonzero', stroke: true, close: true }],
  [OPS.closeEOFillStroke, { fill: 'evenodd', stroke: true, close: true }],
  [OPS.endPath, {}],
])
on(OPS.constructPath, ([paint, data]) => {
  const [path] = (data ?? []) as readonly unknown[]
  return { op: 'path', data: path instanceof Float32Array ? path : null, ...PAINTS.get(number(paint)) }
})

const inner = (matrix: unknown, box: unknown) => {
  const by = affine(matrix)
  const within = box ? numbers(box) : undefined
  return { ...(by && { matrix: by }), ...(within && { box: within }) }
}

on(OPS.beginAnnotation, ([, rect, transform, matrix]) => {
  // Both matrices place the drawing of the annotation. The annotation's rectangle clips this drawing.
  const place = affine(transform) ?? IDENTITY
  const own = affine(matrix) ?? IDENTITY
  return { op: 'beginAnnotation', place, own, ...(rect ? { box: numbers(rect) } : {}) }
})

const STATE: Readonly<Record<string, (value: unknown, converter: Converter) => Instruction | undefined>> = {
  LW: (value) => ({ op: 'lineWidth', value: number(value) }),
  LC: (value) => ({ op: 'cap', value: number(value) }),
  LJ: (value) => ({ op: 'join', value: number(value) }),
  ML: (value) => ({ op: 'miter', value: number(value) }),
  CA: (value) => ({ op: 'strokeAlpha', value: number(value) }),
  ca: (value) => ({ op: 'fillAlpha', value: number(value) }),
  BM: (value) => ({ op: 'blend', mode: String(value) }),
  SMask: (value) => ({ op: 'softMask', isSet: value !== false && value !== null }),
  D: (value) => {
    const [dashes, phase] = value as Args
    return { op: 'dash', dashes: numbers(dashes), phase: number(phase) }
  },
  Font: (value, converter) => {
    const [id, size] = value as Args
    const font = converter.font(String(id))
    return font && { op: 'font', font, size: number(size) }
  },
}

/** Chromium's PDFs set the line width, the cap and the join only by this operator. */
on(OPS.setGState, ([pairs], converter) =>
  (pairs as readonly (readonly [string, unknown])[])
    .map(([key, value]) => STATE[key]?.(value, converter))
    .filter((instruction) => instruction !== undefined),
)

/** A glyph in the form of pdf.js. */
interface RawGlyph {
  readonly unicode: string
  readonly width: number
  readonly isSpace: boolean
  readonly isInFont: boolean
  readonly fontChar: string
  readonly originalCharCode: number
  readonly vmetric: readonly number[] | null
  readonly accent: { readonly fontChar: string; readonly offset: { readonly x: number; readonly y: number } } | null
  readonly operatorListId: number | string | null
}

function glyph(item: unknown): Glyph | number {
  if (typeof item === 'number') return item
  const { accent, vmetric, ...rest } = item as RawGlyph
  return {
    unicode: rest.unicode,
    width: number(rest.width),
    isSpace: rest.isSpace,
    isInFont: rest.isInFont,
    key: rest.fontChar,
    code: rest.originalCharCode,
    ...(vmetric && { vertical: [number(vmetric[0]), number(vmetric[1]), number(vmetric[2])] as const }),
    ...(accent && { accent: { key: accent.fontChar, x: number(accent.offset.x), y: number(accent.offset.y) } }),
    ...(rest.operatorListId !== null && { drawnBy: String(rest.operatorListId) }),
  }
}

function pattern(args: Args, converter: Converter): Paint {
  if (args[0] !== 'TilingPattern') return { is: 'shading' }
  const [, color, list, matrix, box, stepX, stepY, paintType] = args
  const { fnArray, argsArray } = list as OperatorList
  const [minX = 0, minY = 0, maxX = 0, maxY = 0] = numbers(box)
  const tiling: Tiling = {
    instructions: converter.list({ fnArray, argsArray }),
    matrix: affine(matrix) ?? IDENTITY,
    box: [minX, minY, maxX, maxY],
    stepX: number(stepX),
    stepY: number(stepY),
    ...(paintType === 2 && typeof color === 'string' && { color }),
  }
  return { is: 'tiling', tiling }
}
