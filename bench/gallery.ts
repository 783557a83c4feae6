import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compose, scaling, transformStrokes, translation } from '../src/geometry/affine.ts'
import { type Drawing, drawingOf, type Strokes, stroke, strokeCount } from '../src/geometry/drawing.ts'
import { inkLength } from '../src/geometry/measure.ts'
import { simplify } from '../src/geometry/simplify.ts'
import { StrokeWriter } from '../src/geometry/stroke-writer.ts'
import { layoutText } from '../src/hershey/index.ts'
import { drawingToSvg, readSvg, svgToPng } from '../src/svg/index.ts'
import { type RenderOptions, render } from '../src/tasks/index.ts'
import { patterns } from '../src/tasks/pattern/index.ts'
import { templates } from '../src/tasks/postcard/index.ts'
import { packageRoot } from '../src/threads.ts'
import { STILL_LIFE } from './gallery/still-life.ts'

const INK = '#1b2440'
/** Colour and width (mm) of the strokes on contact sheets. */
const THIN = { color: INK, strokeWidth: 0.16 } as const
/** Tolerance of the gallery's pictures, mm: finer than a screen shows, coarser than a plotter draws. */
const FINE = 0.08

interface Piece {
  readonly name: string
  readonly drawing: Drawing
  readonly ms: number
}

/**
 * Replaces the pictures in docs/gallery: every pattern with its defaults, three styles of photo, and every postcard
 * with its example. Adds three sheets: all of these, every postcard in portrait, and every postcard with messages of
 * four lengths. Prints strokes, ink and time of each picture.
 */
export async function run(): Promise<void> {
  const folder = join(packageRoot, 'docs/gallery')
  await mkdir(folder, { recursive: true })
  for (const old of await readdir(folder)) if (/\.(svg|png)$/.test(old)) await rm(join(folder, old))
  const pieces = [...(await drawPatterns()), ...(await drawPhotos()), ...(await drawPostcards())]
  for (const { name, drawing } of pieces)
    await writeFile(join(folder, `${name}.svg`), drawingToSvg(drawing, { color: INK }))
  const sheet = drawingToSvg(contactSheet(pieces), { ...THIN, background: 'white' })
  await writeFile(join(folder, 'gallery.png'), await svgToPng(sheet, { width: 960 }))
  const messages = drawingToSvg(contactSheet(await drawMessages()), { ...THIN, background: 'white' })
  await writeFile(join(folder, 'messages.png'), await svgToPng(messages, { width: 1200 }))
  const portrait = drawingToSvg(contactSheet(await drawPostcards({ orientation: 'portrait' }), PORTRAIT), {
    ...THIN,
    background: 'white',
  })
  await writeFile(join(folder, 'portrait.png'), await svgToPng(portrait, { width: 1200 }))
  for (const { name, drawing, ms } of pieces) {
    const figures = [
      `${strokeCount(drawing)} strokes`,
      `${(inkLength(drawing) / 1000).toFixed(1)} m`,
      `${ms.toFixed(0)} ms`,
    ]
    console.log(name.padEnd(24), ...figures.map((text) => text.padStart(14)))
  }
}

async function drawPatterns(): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const pattern of Object.keys(patterns)) pieces.push(await piece(`pattern-${pattern}`, 'pattern', { pattern }))
  return pieces
}

/** Draws `STILL_LIFE` with the photo task, because the project has no photo of its own. */
async function drawPhotos(): Promise<Piece[]> {
  const picture = await svgToPng(STILL_LIFE, { width: 840 })
  const upload = createHash('sha256').update(picture).digest('hex')
  const readUpload = () => Promise.resolve(picture)
  const pieces: Piece[] = []
  for (const style of ['halftone', 'squiggle', 'stipple']) {
    pieces.push(await piece(`photo-${style}`, 'photo', { upload, style }, { readUpload }))
  }
  return pieces
}

async function drawPostcards(options: { orientation?: 'portrait' } = {}): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const [template, { example }] of Object.entries(templates)) {
    pieces.push(await piece(`postcard-${template}`, 'postcard', { template, ...options, ...example }))
  }
  return pieces
}

/** A word, a line, a sentence and about 300 characters. */
const MESSAGES = [
  'Thanks!',
  'See you on Friday.',
  'May the year ahead be full of curious engines, good company and long walks by the sea.',
  'I think of you today. The garden is in bloom, the cat has learned to open the door, and the post comes twice a day ' +
    'again. When the weather turns we shall walk to the lighthouse, as we did in the year of the storm, and count the ' +
    'ships. Bring your notebook, and the good tea. Write soon; we miss you so.',
] as const

/** Every template with every message. The contact sheet has four columns, so each row shows one template. */
async function drawMessages(): Promise<Piece[]> {
  const pieces: Piece[] = []
  for (const template of Object.keys(templates)) {
    for (const message of MESSAGES) {
      const words = { recipient: 'Ada', message, ...(message.length > 40 ? { from: 'Charles' } : {}) }
      pieces.push(await piece(`postcard-${template}`, 'postcard', { template, ...words }))
    }
  }
  return pieces
}

async function piece(name: string, task: string, params: object, options: RenderOptions = {}): Promise<Piece> {
  const start = performance.now()
  const { svg } = await render(task, params, options)
  const ms = performance.now() - start
  const { drawing } = readSvg(svg)
  return { name, drawing: { ...drawing, ...coarse(drawing) }, ms }
}

function coarse(drawing: Strokes): Strokes {
  const out = new StrokeWriter()
  for (let s = 0; s < strokeCount(drawing); s++) {
    out.add(simplify(stroke(drawing, s), FINE).map((value) => Math.round(value * 100) / 100))
  }
  return out.take()
}

/** Columns of a contact sheet, and the space for one piece, mm. */
interface Grid {
  readonly columns: number
  readonly width: number
  readonly height: number
}

const LANDSCAPE: Grid = { columns: 4, width: 74, height: 62 }
const PORTRAIT: Grid = { columns: 5, width: 54, height: 80 }
const SCALE = 0.32

/** All pieces on one sheet, each with its name under it. */
function contactSheet(pieces: readonly Piece[], { columns, width, height }: Grid = LANDSCAPE): Drawing {
  const out = new StrokeWriter()
  const addStrokes = (strokes: Strokes) => {
    for (let s = 0; s < strokeCount(strokes); s++) out.add(stroke(strokes, s))
  }
  pieces.forEach(({ name, drawing }, i) => {
    const [left, top] = [5 + (i % columns) * width, 4 + Math.floor(i / columns) * height]
    addStrokes(transformStrokes(compose(translation(left, top), scaling(SCALE)), drawing))
    const label = layoutText(name.replace(/^[a-z]+-/, ''), { font: 'EMSReadability', size: 2 })
    addStrokes(transformStrokes(translation(left + (width - 7 - label.width) / 2, top + height - 9.6), label.strokes))
  })
  const rows = Math.ceil(pieces.length / columns)
  return drawingOf(out.take(), 4 + columns * width, 4 + rows * height, 'gallery')
}
