import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlotdClient } from '../../clients/node/index.ts'
import type { Result } from '../../src/daemon/protocol/index.ts'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { deviation } from '../../src/geometry/deviation.ts'
import { type Strokes, stroke, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import { simplifyStrokes } from '../../src/geometry/simplify.ts'
import { readSvg } from '../../src/svg/index.ts'
import type { TakenSheet } from './four-plotters.ts'

type Card = Result<'batch.cards'>['cards'][number]

/**
 * Ink farther than this from its drawing is a fault, mm. On a whole sheet, a point of the drawing that is farther than
 * this from the ink is a fault, too.
 */
const OFF_MM = 0.1
/** Ink farther than this beyond the box of its drawing, mm, is reported without a further comparison. */
const FAR_MM = 2
/**
 * Allowed ratio of a sheet's ink to the ink of its drawing. `least` counts for whole sheets only, and is below 1
 * because plotd omits repeated ink.
 */
const SHARE = { least: 0.97, most: 1.005 }
/** Tolerance that smooths the motor steps in a board's ink, mm. */
const STEP_MM = 0.03

/** Length of ink from a board, mm. */
export const lengthOf = (ink: Strokes): number => inkLength(simplifyStrokes(ink, STEP_MM))

/**
 * Length of the doubtful strokes on a plotter's sheets, mm. These are the last strokes of a job that was given up. The
 * daemon does not know whether they are whole, so the pen book does not count them.
 *
 * @param doubts  number of such strokes, by job
 */
export function doubtfulMm(sheets: readonly TakenSheet[], name: string, doubts: ReadonlyMap<string, number>): number {
  let mm = 0
  for (const { plotter, job = '', ink } of sheets) {
    const strokes = plotter === name ? (doubts.get(job) ?? 0) : 0
    for (let k = Math.max(0, strokeCount(ink) - strokes); k < strokeCount(ink); k++)
      mm += lengthOf(strokesOf([...stroke(ink, k)]))
  }
  return mm
}

export interface Verdict {
  readonly wrong: readonly string[]
  readonly spoiled: number
}

export async function cardsOf(client: PlotdClient, name: string): Promise<Card[]> {
  const all: Card[] = []
  for (let from: number | undefined = 0; from !== undefined; ) {
    const page: Result<'batch.cards'> = await client.call('batch.cards', { name, from, limit: 500 })
    all.push(...page.cards)
    from = page.next
  }
  return all
}

/**
 * Checks that exactly one attempt of each row is finished, and that this attempt has one sheet, with the whole drawing.
 * No attempt may have begun two sheets, and no sheet may have ink off its drawing.
 */
export async function judge(
  batch: string,
  rows: readonly number[],
  cards: readonly Card[],
  sheets: readonly TakenSheet[],
  output: string,
): Promise<Verdict> {
  const wrong: string[] = []
  const sheetsOf = new Map<string | undefined, TakenSheet[]>()
  for (const sheet of sheets) sheetsOf.set(sheet.job, [...(sheetsOf.get(sheet.job) ?? []), sheet])
  let spoiled = 0
  for (const row of rows) {
    const attempts = cards.filter((card) => card.row === row)
    const good = attempts.filter(({ status }) => status === 'finished')
    spoiled += attempts.length - good.length
    if (good.length !== 1) {
      wrong.push(
        `${batch} row ${row} has ${good.length} finished cards, not one: ${attempts.map(({ status }) => status).join(', ')}`,
      )
    }
    for (const { job: id, output: path = '', status } of attempts) {
      const own = sheetsOf.get(id) ?? []
      const drawing = readSvg(await readFile(join(output, path), 'utf8')).drawing
      if (status === 'finished' && own.length !== 1)
        wrong.push(`${batch} row ${row}: job ${id} is on ${own.length} sheets`)
      if (own.length > 1) wrong.push(`${batch} row ${row}: job ${id} (${status}) began ${own.length} sheets`)
      for (const { ink } of own)
        wrong.push(...faultsOf(ink, drawing, status === 'finished').map((fault) => `${batch} row ${row}: ${fault}`))
    }
  }
  return { wrong, spoiled }
}

/** Distance by which strokes go beyond the box of other strokes, mm. */
function beyondMm(strokes: Strokes, others: Strokes): number {
  const a = boundsOf(strokes)
  const b = boundsOf(others)
  return Math.max(b.minX - a.minX, b.minY - a.minY, a.maxX - b.maxX, a.maxY - b.maxY)
}

function faultsOf(steps: Strokes, drawing: Strokes, isWhole: boolean): string[] {
  const ink = simplifyStrokes(steps, STEP_MM)
  const problems: string[] = []
  const beyond = beyondMm(ink, drawing)
  // `deviation` searches in rings around each point, so it is slow where the ink is far from the drawing.
  if (beyond > FAR_MM) return [`ink ${beyond.toFixed(1)} mm beyond the drawing`]
  const stray = deviation(ink, drawing)
  if (stray.mm > OFF_MM) problems.push(`ink ${stray.mm.toFixed(2)} mm off the drawing`)
  const share = inkLength(ink) / inkLength(drawing)
  if (share > SHARE.most) problems.push(`the sheet has ${(100 * share).toFixed(1)} % of the drawing’s ink`)
  if (!isWhole) return problems
  const missing = deviation(drawing, ink)
  if (missing.mm > OFF_MM) problems.push(`a point of the drawing has no ink within ${missing.mm.toFixed(2)} mm`)
  if (share < SHARE.least) problems.push(`the sheet has only ${(100 * share).toFixed(1)} % of the drawing’s ink`)
  return problems
}
