import { SaxesParser } from 'saxes'
import svgpath from 'svgpath'
import { PlotdError } from '../../errors.ts'
import { escapeXml } from '../fonts/svg-font.ts'
import type { CollectedFont } from './kanjivg.ts'

/** Limit on the glyphs of a font. */
const MAX_GLYPHS = 20_000
/** Limit on the levels of components within components. */
const MAX_DEPTH = 6
/** Limit on the components of all glyphs, at all levels. */
const MAX_COMPONENTS = 200_000
/** Limit on the path data of all glyphs together, characters. */
const MAX_PATHS = 8 << 20

type Values = Readonly<Record<string, unknown>>

/**
 * An SVG font of a UFO (version 2 or 3). Open contours stay open. Kerning is kept, components become paths, and
 * features are left out.
 *
 * @param files  texts of the files by their paths within the .ufo folder
 * @throws PlotdError ERR_FONT_INVALID when the list of glyphs or a glyph is missing, or when a file is not XML. Also
 *   when no glyph has a Unicode value, or a limit is exceeded. The error names the file or folder
 */
export function ufoFont(files: ReadonlyMap<string, string>): CollectedFont {
  const plist = (name: string): Values => {
    const text = files.get(name)
    return text === undefined ? {} : plistOf(text, name)
  }
  const names = plist('glyphs/contents.plist')
  const entries = Object.entries(names)
  if (entries.length === 0) throw invalid('glyphs/contents.plist', 'expected a list of glyphs')
  if (entries.length > MAX_GLYPHS)
    throw invalid('glyphs/contents.plist', `expected at most ${MAX_GLYPHS} glyphs, found ${entries.length}`)
  const glyphs = new Map<string, Glif>()
  for (const [name, file] of entries) {
    const path = `glyphs/${String(file)}`
    const text = files.get(path)
    if (text === undefined) throw invalid(path, `the file is missing: expected the glyph ${name}`)
    glyphs.set(name, glifOf(text, path))
  }
  const info = plist('fontinfo.plist')
  const unitsPerEm = Number(info['unitsPerEm'])
  const em = Number.isFinite(unitsPerEm) && unitsPerEm > 0 ? unitsPerEm : 1000
  let charactersLeft = MAX_PATHS
  const parts = { glyphs, components: 0 }
  const tags = [...glyphs].flatMap(([name, glyph]) => {
    if (glyph.codes.length === 0) return []
    const d = pathOf(glyph, parts, 0)
    charactersLeft -= d.length * glyph.codes.length
    if (charactersLeft < 0) throw invalid('glyphs', `expected paths of at most ${MAX_PATHS} characters`)
    return glyph.codes.map(
      (code) =>
        `<glyph unicode="&#x${code.toString(16)};" glyph-name="${escapeXml(name)}" horiz-adv-x="${glyph.advance}" d="${d}"/>`,
    )
  })
  if (tags.length === 0) throw invalid('glyphs', 'expected glyphs with a Unicode value')
  const family = typeof info['familyName'] === 'string' ? info['familyName'] : 'UFO'
  return {
    characters: tags.length,
    svg: [
      '<svg xmlns="http://www.w3.org/2000/svg"><defs>',
      `<font horiz-adv-x="${em / 2}"><font-face font-family="${escapeXml(family)}" units-per-em="${em}"/>`,
      ...tags,
      ...kerningTags(plist('kerning.plist'), plist('groups.plist')),
      '</font></defs></svg>\n',
    ].join('\n'),
  }
}

const invalid = (file: string, why: string): PlotdError =>
  new PlotdError('ERR_FONT_INVALID', `${file}: ${why}`, { file })

/**
 * Pairs of glyphs or groups as `hkern` elements. The first element for a pair counts. So pairs of two glyphs come
 * first, then a glyph with a group, a group with a glyph, and two groups (UFO 3, kerning.plist).
 */
function kerningTags(kerning: Values, groups: Values): string[] {
  const members = (name: string): string => {
    const group = groups[name]
    return Array.isArray(group) ? group.map(String).join(',') : name
  }
  const tags = Object.entries(kerning).flatMap(([first, pairs]) =>
    Object.entries(typeof pairs === 'object' && pairs !== null ? pairs : {}).map(([second, value]) => ({
      rank: 2 * Number(first in groups) + Number(second in groups),
      tag: `<hkern g1="${escapeXml(members(first))}" g2="${escapeXml(members(second))}" k="${-Number(value) || 0}"/>`,
    })),
  )
  return tags.sort((p, q) => p.rank - q.rank).map(({ tag }) => tag)
}

interface Point {
  readonly x: number
  readonly y: number
  readonly type: string
}

interface Glif {
  readonly advance: number
  readonly codes: readonly number[]
  readonly contours: readonly (readonly Point[])[]
  readonly components: readonly { readonly base: string; readonly matrix: string }[]
}

function glifOf(text: string, file: string): Glif {
  const codes: number[] = []
  const contours: Point[][] = []
  const components: { base: string; matrix: string }[] = []
  let advance = 0
  parseXml(text, file, (tag, a) => {
    const number = (name: string, usual = 0) => (Number.isFinite(Number(a[name])) ? Number(a[name] ?? usual) : usual)
    if (tag === 'advance') advance = number('width')
    else if (tag === 'unicode') codes.push(Number.parseInt(a['hex'] ?? '', 16) || 0)
    else if (tag === 'contour') contours.push([])
    else if (tag === 'point') contours.at(-1)?.push({ x: number('x'), y: number('y'), type: a['type'] ?? 'offcurve' })
    else if (tag === 'component') {
      const names = ['xScale', 'xyScale', 'yxScale', 'yScale', 'xOffset', 'yOffset'] as const
      const values = names.map((name) => number(name, /^[xy]Scale$/.test(name) ? 1 : 0))
      components.push({ base: a['base'] ?? '', matrix: `matrix(${values.join(' ')})` })
    }
  })
  return { advance, codes: codes.filter(isCharacter), contours, components }
}

/** Whether a code point is a character that XML can hold. Fonts often give control characters to empty glyphs. */
const isCharacter = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff)

/** The glyphs of a font by their names, and the number of components that were drawn. */
interface Parts {
  readonly glyphs: ReadonlyMap<string, Glif>
  components: number
}

function pathOf({ contours, components }: Glif, parts: Parts, depth: number): string {
  const own = contours.map(contourPath).join('')
  if (depth >= MAX_DEPTH && components.length > 0)
    throw invalid('glyphs', `expected at most ${MAX_DEPTH} levels of components`)
  const paths = components.map(({ base, matrix }) => {
    if (++parts.components > MAX_COMPONENTS)
      throw invalid('glyphs', `expected at most ${MAX_COMPONENTS} components in all glyphs`)
    const part = parts.glyphs.get(base)
    if (!part) throw invalid('glyphs', `a component uses the glyph ${base}, and the font lacks this glyph`)
    return svgpath(pathOf(part, parts, depth + 1))
      .transform(matrix)
      .round(3)
      .toString()
  })
  return own + paths.join('')
}

/** Path data of a contour. A contour whose first point is a `move` is open; any other contour returns to its start. */
function contourPath(points: readonly Point[]): string {
  const [head] = points
  const tail = points.at(-1)
  if (!head || !tail || points.length < 2) return '' // a single point is an anchor
  const isOpen = head.type === 'move'
  const first = points.findIndex(({ type }) => type !== 'offcurve')
  const start = points[first]
  // Without a point on the curve, a contour starts halfway between its last and its first point.
  if (!start) return contourPath([{ ...halfway(tail, head), type: 'qcurve' }, ...points])
  const ordered = isOpen ? points : [...points.slice(first + 1), ...points.slice(0, first + 1)]
  let d = `M${start.x} ${start.y}`
  let controls: Point[] = []
  for (const point of isOpen ? ordered.slice(1) : ordered) {
    if (point.type === 'offcurve') {
      controls.push(point)
      continue
    }
    d += segment(controls, point)
    controls = []
  }
  return d
}

function segment(controls: readonly Point[], to: Point): string {
  const [a, b] = controls
  if (!a) return `L${to.x} ${to.y}`
  if (to.type === 'curve' && b) return `C${a.x} ${a.y} ${b.x} ${b.y} ${to.x} ${to.y}`
  // Halfway between two quadratic controls in a row lies a point of the curve.
  return controls
    .map((control, i) => {
      const next = controls[i + 1]
      const end = next ? halfway(control, next) : to
      return `Q${control.x} ${control.y} ${end.x} ${end.y}`
    })
    .join('')
}

const halfway = (a: Point, b: Point) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })

function parseXml(
  text: string,
  file: string,
  onOpen: (tag: string, attributes: Readonly<Record<string, string>>) => void,
  onClose: (tag: string, content: string) => void = () => {},
): void {
  const parser = new SaxesParser()
  let content = ''
  parser.on('error', (error) => {
    throw invalid(file, error.message.replace(/^(\d+:)+ ?/, ''))
  })
  parser.on('opentag', ({ name, attributes }) => {
    content = ''
    onOpen(name, attributes)
  })
  parser.on('text', (more) => {
    content += more
  })
  parser.on('closetag', ({ name }) => onClose(name, content))
  parser.write(text).close()
}

/** The outermost dictionary of a property list. */
function plistOf(text: string, file: string): Values {
  const stack: (Record<string, unknown> | unknown[])[] = []
  const keys: string[] = []
  let root: Values = {}
  const addValue = (value: unknown) => {
    const into = stack.at(-1)
    if (Array.isArray(into)) into.push(value)
    else if (into) into[keys.pop() ?? ''] = value
  }
  parseXml(
    text,
    file,
    (tag) => {
      if (tag !== 'dict' && tag !== 'array') return
      const value = tag === 'dict' ? Object.create(null) : []
      if (stack.length === 0) root = value
      else addValue(value)
      stack.push(value)
    },
    (tag, content) => {
      if (tag === 'dict' || tag === 'array') stack.pop()
      else if (tag === 'key') keys.push(content)
      else if (tag === 'integer' || tag === 'real') addValue(Number(content))
      else if (tag === 'string') addValue(content)
      else if (tag === 'true' || tag === 'false') addValue(tag === 'true')
    },
  )
  return root
}
