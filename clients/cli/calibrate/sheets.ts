/**
 * The room `calibrate`: this file has the sheets that `plotd calibrate` draws. `change` computes the profile from the
 * numbers that the user reads from a sheet. All functions are pure.
 */
import { SvgBuilder } from '../../../src/index.ts'

/** Side of the square that the user measures, mm. The square fits on A6 and on every machine. */
export const SIDE_MM = 80
/** Size of a sheet, mm. */
const [WIDTH, HEIGHT] = [140, 100] as const
const TEXT_SCALE = 0.16

/** Heights of the pen from top to bottom, percent. */
const HEIGHTS = [60, 55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5]
/** Drawing speeds, percent of the machine's own. */
const SPEEDS = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]
/** Distances between the middles of neighbouring lines, mm. */
const GAPS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.2]

/** The full times in which the pen rises and comes down, ms. */
export interface PenTimes {
  readonly raiseMs: number
  readonly lowerMs: number
}

const page = (title: string) => new SvgBuilder(WIDTH, HEIGHT, { title: `Calibration: ${title}` })

/**
 * A line at each height of the pen. The user needs the greatest height with a whole line, because there the pen presses
 * least.
 */
function heights(): string {
  const svg = page('pen heights')
  for (const [i, percent] of HEIGHTS.entries()) {
    const y = 8 + 7 * i
    svg.layer(`${percent} %`, (layer) => layer.line(30, y, 130, y), { pen: 1, options: { penDownPercent: percent } })
  }
  // The numbers are drawn at the profile's own height, so that each number is readable even if its line is not.
  const numbers = (layer: SvgBuilder) => {
    for (const [i, percent] of HEIGHTS.entries()) layer.hersheyText(8, 8 + 7 * i, `${percent}`, TEXT_SCALE)
  }
  return svg.layer('numbers', numbers, { pen: 1 }).toString()
}

/** One zigzag, drawn several times at growing speed. */
function speed(): string {
  const svg = page('speeds')
  for (const [i, percent] of SPEEDS.entries()) {
    const y = 8 + 8 * i
    const zigzag = Array.from({ length: 41 }, (_, k) => [30 + 2.5 * k, y + (k % 2 === 0 ? -2 : 2)] as const)
    svg.layer(`${percent} %`, (layer) => layer.polyline(zigzag).hersheyText(8, y, `${percent}`, TEXT_SCALE), {
      pen: 1,
      options: { speedPercent: percent },
    })
  }
  return svg.toString()
}

/**
 * Groups of lines at growing distances. In the first group with white between its lines, the distance is about the
 * width of a line.
 */
function lines(): string {
  const svg = page('line width and gaps')
  for (const [i, gap] of GAPS.entries()) {
    const y = 6 + 9 * i
    svg.hersheyText(6, y, `${gap} mm`, TEXT_SCALE)
    for (let line = 0; line < 6; line++) svg.line(36, y + gap * (line - 2.5), 130, y + gap * (line - 2.5))
  }
  return svg.toString()
}

/** The number of rows of the sheet `pen`. */
const ROWS = 11

/** The times of the rows of the sheet `pen`, ms: from 0 to the pen's full time. */
export const rowTimes = (fullMs: number): number[] =>
  Array.from({ length: ROWS }, (_, row) => Math.round((fullMs * row) / (ROWS - 1)))

/**
 * The sheet has bars at the left. From row to row the machine waits longer after a bar before it travels. A pen that
 * still drags makes a hook at the end of the bar. The sheet has dots at the right. From row to row the pen has more
 * time to touch. Where the time was too short, a dot is missing.
 */
function pen({ raiseMs, lowerMs }: PenTimes): string {
  const svg = page('times to raise and lower the pen')
  const top = (row: number): number => 14 + 7.5 * row
  const [clear, touch] = [rowTimes(raiseMs), rowTimes(lowerMs)]
  const rows = clear.map((ms, row) => ({ row, ms, touchMs: touch[row] ?? 0 }))
  const bars = (layer: SvgBuilder, y: number): void => {
    for (let i = 0; i < 5; i++) layer.line(24 + 9 * i, y - 2, 24 + 9 * i, y + 2)
  }
  const dots = (layer: SvgBuilder, y: number): void => {
    for (let i = 0; i < 8; i++) layer.line(90 + 5 * i, y, 90 + 5 * i, y)
  }
  for (const { row, ms } of rows)
    svg.layer(`clear ${ms}`, (layer) => bars(layer, top(row)), { pen: 1, options: { clearMs: ms } })
  for (const { row, touchMs } of rows)
    svg.layer(`touch ${touchMs}`, (layer) => dots(layer, top(row)), { pen: 1, options: { touchMs } })
  // The numbers are drawn with the profile's own times, so that each number is readable even if its row is not.
  const numbers = (layer: SvgBuilder): void => {
    layer.hersheyText(8, 6, 'clear', TEXT_SCALE).hersheyText(74, 6, 'touch', TEXT_SCALE)
    for (const { row, ms, touchMs } of rows) {
      layer.hersheyText(8, top(row), `${ms}`, TEXT_SCALE).hersheyText(74, top(row), `${touchMs}`, TEXT_SCALE)
    }
  }
  return svg.layer('numbers', numbers, { pen: 1 }).toString()
}

/** A square whose sides and diagonals the user measures. */
function square(): string {
  const svg = page('size and squareness')
  const [left, top] = [30, 10]
  const [right, bottom] = [left + SIDE_MM, top + SIDE_MM]
  svg.rect(left, top, SIDE_MM, SIDE_MM)
  svg.hersheyText(left + 28, top + 5, 'top', TEXT_SCALE)
  svg.hersheyText(left + 3, top + 30, 'left', TEXT_SCALE)
  svg.line(left, top, right, bottom).line(left, bottom, right, top)
  svg.hersheyText(right - 25, bottom - 12, 'falling', TEXT_SCALE)
  svg.hersheyText(right - 25, top + 12, 'rising', TEXT_SCALE)
  return svg.toString()
}

/**
 * Two rows of ticks: the pen comes to the upper ticks from the left, and to the lower ticks from the right. Without
 * backlash each upper tick meets its lower tick.
 */
function backlash(): string {
  const svg = page('backlash')
  for (let k = 0; k < 10; k++) {
    const x = 20 + 10 * k
    svg.polyline([
      [x - 6, 30],
      [x, 30],
      [x, 45],
    ])
    svg.polyline([
      [x + 6, 60],
      [x, 60],
      [x, 45],
    ])
  }
  svg.hersheyText(20, 15, 'upper ticks come from the left, lower ones from the right', TEXT_SCALE)
  return svg.toString()
}

export const SHEETS = {
  heights: { draw: heights, asks: 'the highest number whose line is whole and even', numbers: 1 },
  pen: {
    draw: pen,
    asks: 'two numbers: the smallest "clear" whose bars have no hook, and the smallest "touch" whose dots are all there',
    numbers: 2,
  },
  speed: { draw: speed, asks: 'the largest number whose zigzag still has sharp corners', numbers: 1 },
  lines: { draw: lines, asks: 'the width of the line in mm: the smallest gap that stays white', numbers: 1 },
  square: {
    draw: square,
    asks: `the lengths of the top side, the left side, the falling and the rising diagonal in mm; the exact ones are ${SIDE_MM}, ${SIDE_MM}, and ${(SIDE_MM * Math.SQRT2).toFixed(1)} twice`,
    numbers: 4,
  },
  backlash: { draw: backlash, asks: 'the distance between upper and lower ticks in mm', numbers: 1 },
} as const

export type Sheet = keyof typeof SHEETS

/**
 * The plot options of a sheet. On the sheet `backlash` the direction of each line matters, and two ticks that meet must
 * not become one line.
 */
export const PLOT_OPTIONS: Partial<Record<Sheet, { readonly keepOrder: true }>> = { backlash: { keepOrder: true } }
