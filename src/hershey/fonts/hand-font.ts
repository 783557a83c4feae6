import { PlotdError } from '../../errors.ts'
import { strokesOf } from '../../geometry/drawing.ts'
import { hash } from './chance.ts'
import { type FontInfo, type Glyph, glyphOf, type Joins, makeFont, type StrokeFont, withFaces } from './font.ts'
import { LazyGlyphs } from './lazy-glyphs.ts'
import { edge, side } from './spacing.ts'
import { splineThrough } from './spline.ts'

/** One drawn form of a character: curves through points x, y with y up. */
interface Form {
  readonly joins: Joins | undefined
  readonly lines: readonly {
    readonly points: readonly number[]
    /** Indices of the points that are corners. */
    readonly corners: readonly number[]
    /** Whether the line is drawn after the word, like a dot or a bar. */
    readonly isLate: boolean
  }[]
}

/** The contents of a hand file and of the files that it includes. */
interface HandFile {
  readonly forms: Map<string, Form[]>
  readonly settings: Map<string, string>
}

/**
 * Number of forms that each letter gets. The first is drawn as in the file. The others are deformed copies of the one
 * to three forms in the file.
 */
const FACES = 5
/** Cap height of the drawings, units. */
const CAP = 68
/** Greatest amplitude of the waves by which a form is deformed, units. */
const SWAY = 2.7
/** Largest lean of a form, units for each 30 of height. */
const LEAN = 3
/** Greatest change of the width of a form, as a fraction of the width. */
const WIDEN = 0.085
/** Greatest change of the height of a form, as a fraction of the height. */
const RAISE = 0.05
/** Factor on the deformations in hands of the direction rtl, because Arabic letters join at their edges. */
const GENTLE = 0.6
/**
 * In hands of the direction rtl, the white beside a letter counts up to this limit at each height (`side`), units. The
 * limit is small, because the tails of Arabic letters reach below the next word.
 */
const RTL_DEEPEST = 4
/**
 * After a full stop, comma, colon, semicolon or ellipsis the white is smaller than after a stem by this value, units.
 */
const STOP_ROOM = 2
/** Default white before a stroke that leads in, units. */
const LEAD = 3
/** Default white after a stroke that leads on, units. */
const TRAIL = 4.5
/** Additional white before a punctuation mark and, only in the direction rtl, at the left of a digit, units. */
const MARK_ROOM = 3.5
const MARK = /^[.,:;!?…’'"”)]$/
/** In the direction rtl, a closing bracket is drawn with the glyph of '('. */
const RTL_MARK = /^[.,:;!?…’'"”(،؛؟]$/

/**
 * Reads a hand that was drawn for plotd: characters in several forms, as curves through points.
 *
 * @param include  reads the file that a line "@ include NAME" names
 * @throws PlotdError ERR_FONT_INVALID with file and line
 */
export function parseHand(source: string, info: FontInfo, include: (name: string) => string): StrokeFont {
  const hand: HandFile = { forms: new Map(), settings: new Map() }
  readInto(hand, source, info.name, include)
  const setting = (name: string) => Number(hand.settings.get(name) ?? 0)
  const style = {
    bearing: setting('bearing'),
    slant: setting('slant'),
    lead: Number(hand.settings.get('lead') ?? LEAD),
    trail: Number(hand.settings.get('trail') ?? TRAIL),
    isRtl: hand.settings.get('direction') === 'rtl',
  }
  const [fewest = 0, most = 0] = (hand.settings.get('lifts') ?? '').split('-').map(Number)
  const hasForm = ([, forms]: [string, Form[]]) => forms.length > 0
  const drawn = new Map([...hand.forms].filter(hasForm).map((each) => [each[0].codePointAt(0) ?? 0, each]))
  const codes = new Set([...drawn.keys(), 32])
  const faces = Array.from({ length: FACES }, (_, face) => {
    const glyphs = new LazyGlyphs(codes, (code) => {
      const [char = '', forms = []] = drawn.get(code) ?? []
      const form = forms[face % forms.length]
      return form ? glyphFrom(form, char, face, style) : glyphOf(setting('space'), strokesOf())
    })
    const font = makeFont(info, glyphs, CAP)
    return {
      ...font,
      metrics: { ...font.metrics, slant: style.slant },
      ...(style.isRtl && { isCursive: true }),
      ...(fewest > 0 && { lifts: [fewest, most] as const }),
    }
  })
  const [first] = faces as [StrokeFont, ...StrokeFont[]]
  return withFaces(first, faces.slice(1))
}

function readInto(
  { forms, settings }: HandFile,
  source: string,
  file: string,
  include: (name: string) => string,
): void {
  // A letter of this file replaces the same letter of a file that an earlier line includes.
  const ownKeys = new Set<string>()
  source.split('\n').forEach((line, row) => {
    if (line.trim() === '' || line.startsWith('## ')) return
    const [key = '', how = '', ...rest] = line.split(' ')
    if (key === '@' && how === 'include')
      readInto({ forms, settings }, include(rest.join(' ')), rest.join(' '), include)
    else if (key === '@' && (rest.length === 1 || !/^\d/.test(rest[0] ?? ''))) settings.set(how, rest.join(' '))
    else if (how === '=' && key !== '@') forms.set(key, forms.get(rest[0] ?? '') ?? [])
    else {
      const form = {
        joins: how === '-' ? undefined : (how as Joins),
        lines: linesIn(rest.join(' '), `${file}, line ${row + 1}`),
      }
      forms.set(key, ownKeys.has(key) ? [...(forms.get(key) ?? []), form] : [form])
      ownKeys.add(key)
    }
  })
}

function linesIn(text: string, place: string): Form['lines'] {
  return text.split('|').map((part) => {
    const isLate = part.trim().startsWith('+')
    const tokens = part.replace('+', '').trim().split(' ')
    const points = tokens.flatMap((token) => token.replace('*', '').split(',').map(Number))
    if (points.length !== 2 * tokens.length || !points.every(Number.isFinite))
      throw new PlotdError('ERR_FONT_INVALID', `${place}: expected points x,y, found '${part.trim()}'`, { file: place })
    return { points, corners: tokens.flatMap((token, i) => (token.endsWith('*') ? [i] : [])), isLate }
  })
}

interface Style {
  readonly bearing: number
  readonly slant: number
  readonly lead: number
  readonly trail: number
  /** Whether the file sets the direction rtl, as the Arabic hand does. In rtl, joined letters meet at their edges. */
  readonly isRtl: boolean
}

function glyphFrom({ joins, lines }: Form, char: string, face: number, style: Style): Glyph {
  const { bearing, slant, isRtl } = style
  const bend = deformation(char, face, isRtl ? GENTLE : 1)
  const drawn = lines.map(({ points, corners }) => bend(splineThrough(points, corners)))
  const isTall = drawn.some((line) => line.some((value, i) => i % 2 === 1 && value > 56))
  const isDigit = isRtl && /\p{Nd}/u.test(char)
  const isMark = (isRtl ? RTL_MARK : MARK).test(char)
  const isJoinedBefore = joins === 'in' || joins === 'io'
  const isJoinedAfter = joins === 'out' || joins === 'io'
  const start = drawn[0]?.[0] ?? 0
  const end = drawn[0]?.at(-2) ?? 0
  const deepest = isRtl ? RTL_DEEPEST : undefined
  const isStop = /^[.,:;…،؛]$/.test(char)
  const before = isRtl ? 'right' : 'left'
  const white = (which: 'left' | 'right'): number => {
    const hasRoom = (isMark && which === before) || (isDigit && which === 'left')
    const sign = which === 'left' ? -1 : 1
    const ink =
      isStop && which !== before ? sign * edge(drawn, which) - STOP_ROOM : sign * side(drawn, which, isTall, deepest)
    return bearing + (hasRoom ? MARK_ROOM : 0) + ink
  }
  let left = white('left')
  let right = white('right')
  if (isRtl) {
    if (isJoinedAfter) left = -end
    if (isJoinedBefore) right = start
  } else {
    if (isJoinedBefore) left = style.lead - start
    if (isJoinedAfter) right = style.trail + edge(drawn, 'right')
  }
  const set = drawn.map((line) =>
    line.map((value, i) => (i % 2 === 0 ? value + left + slant * (line[i + 1] ?? 0) : -value)),
  )
  const firstLate = lines.findIndex(({ isLate }) => isLate)
  return {
    ...glyphOf(Math.max(left + right, 8), strokesOf(...set)),
    ...(firstLate >= 0 && { mains: firstLate }),
    ...(joins !== undefined && { joins }),
  }
}

/**
 * Returns a function that bends the lines of a form by a smooth field, so that connected strokes stay connected. A
 * character and a face always give the same bend.
 */
function deformation(char: string, face: number, share: number): (line: readonly number[]) => number[] {
  if (face === 0) return (line) => [...line]
  const chance = (salt: number) => hash(char.codePointAt(0) ?? 0, 31 * face + salt + 1)
  const [p, q, r, s] = [1, 2, 3, 4].map((salt) => 3.2 * chance(salt)) as [number, number, number, number]
  const [sway, bulge, lift, drop] = [5, 6, 7, 8].map((salt) => SWAY * away(chance(salt))) as [
    number,
    number,
    number,
    number,
  ]
  const isMark = /\p{P}|\p{S}/u.test(char)
  const size = share * (isMark ? 0.4 : 1)
  const wide = 1 + size * WIDEN * away(chance(9))
  const high = 1 + size * RAISE * chance(10)
  const lean = (LEAN * away(chance(11))) / 30
  return (line) =>
    line.map((value, i) => {
      const [x, y] = i % 2 === 0 ? [value, line[i + 1] ?? 0] : [line[i - 1] ?? 0, value]
      const u = x / 17
      const v = y / 26
      return i % 2 === 0
        ? wide * x + size * (lean * (y - 22) + sway * Math.sin(1.5 * v + p) + 0.5 * bulge * Math.sin(1.7 * u + q))
        : high * y + size * 0.45 * (lift * Math.sin(1.4 * u + r) + drop * Math.sin(1.1 * v + s))
    })
}

/** Moves a random number away from 0, so that each form differs from the drawn form. */
const away = (chance: number): number => Math.sign(chance) * (0.45 + 0.55 * Math.abs(chance))
