import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deviation } from '../../src/geometry/deviation.ts'
import { type Drawing, drawingOf, stroke, strokesOf } from '../../src/geometry/drawing.ts'
import { makeDriver } from '../../src/plotter/drivers/index.ts'
import { planToGcode, planToHpgl } from '../../src/plotter/export/index.ts'
import { sleep, VirtualClock } from '../../src/plotter/link/clock.ts'
import { profileNamed, withOverrides } from '../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../src/plotter/simulators/hpgl/board.ts'
import { MarlinBoard } from '../../src/plotter/simulators/marlin/board.ts'
import { animatedSvg, drawingsToPdf, readSvg, svgToPixels } from '../../src/svg/index.ts'
import { planOf, plotAll } from '../support/bench.ts'
import { removeFolder } from '../support/remove-folder.ts'

/** A printer whose Z axis moves the pen. */
const ON_Z = { pen: { kind: 'z', touchesAt: 0 }, topEdge: 220 } as const

const lines = strokesOf(
  [20, 20, 60, 20, 60, 50, 20, 20],
  [30, 60, 80, 70],
  [90, 30, 90, 30.5, 95, 40],
  [100, 80, 40, 80],
)
const base = drawingOf(lines, 150, 100)
const [only] = base.layers
const drawing: Drawing = {
  ...base,
  layers: [
    { name: 'red (fine) ink', pen: 1, first: 0, count: 2, options: {}, color: '#cc0000' },
    { name: '', pen: 2, first: 2, count: 2, options: { ...only?.options }, color: '#000000' },
  ],
}

/** Sends a file line by line, without its pauses for pen changes. @returns the ink */
async function sent(board: GrblBoard | HpglPlotter | MarlinBoard, clock: VirtualClock, file: string, lineMs: number) {
  const port = simulatorPort(board.cable)
  port.on('data', () => {})
  await sleep(clock, 3000)
  let homed = false
  for (const line of file.split('\n')) {
    if (line !== 'M0' && line !== 'PAUSE') port.write(`${line}\n`)
    await sleep(clock, lineMs)
    if (homed) board.ink.newSheet() // the pen of a Z axis touches the bed until the line after homing
    homed = line.startsWith('G28')
  }
  while (board.isMoving) await sleep(clock, 100)
  return board.ink.strokes()
}

describe('an export', () => {
  it('of G-code makes grbl leave ink within 0.03 mm of each point of the plan', async () => {
    const profile = profileNamed('grbl-servo')
    const clock = new VirtualClock()
    const file = planToGcode(planOf(drawing, profile), profile)
    expect(file).toContain('(pen 2)\nM0\n')
    const ink = await sent(new GrblBoard({ clock }), clock, file, 2000)
    expect(ink.starts.length - 1).toBe(4)
    expect(deviation(lines, ink).mm).toBeLessThan(0.03)
  })

  it.each([
    ['grbl-servo', 'G4 P1.5'],
    ['marlin-servo', 'G4 P1500'],
  ])('of G-code for %s waits before a layer that requests a delay', (name, dwell) => {
    const profile = profileNamed(name)
    const layers = [{ name: 'a', pen: 1, first: 0, count: 4, options: { delayMs: 1500 } }]
    const without = planToGcode(planOf(drawing, profile), profile).split('\n')
    const file = planToGcode({ ...planOf(drawing, profile), layers }, profile).split('\n')
    expect(without).not.toContain(dwell)
    expect(file.filter((line) => line === dwell)).toHaveLength(1)
    expect(file.indexOf(dwell)).toBeLessThan(file.findIndex((line) => line.startsWith('G0')))
  })

  it('of G-code pauses once for a pen change when the first layer of the new pen is empty', () => {
    const profile = profileNamed('grbl-servo')
    const layers = [
      { name: 'a', pen: 1, first: 0, count: 2, options: {} },
      { name: 'b', pen: 2, first: 2, count: 0, options: {} },
      { name: 'c', pen: 2, first: 2, count: 2, options: {} },
    ]
    const file = planToGcode({ ...planOf(drawing, profile), layers }, profile)
    expect(file.match(/M0/g)).toHaveLength(1)
    expect(file).toContain('(pen 2 c)\nM0\n')
  })

  it.each(['grbl-servo', 'marlin-servo', 'klipper-servo'])(
    'of G-code for %s has no feed of 0 at the least speed',
    (name) => {
      const base = profileNamed(name)
      const profile = { ...base, down: { ...base.down, speed: 0.01 }, up: { ...base.up, speed: 0.01 } }
      const layers = drawing.layers.map((layer) => ({ ...layer, options: { speedPercent: 1 } }))
      const file = planToGcode({ ...planOf(drawing, base), layers }, profile)
      expect(file).toContain('F1')
      expect(file).not.toMatch(/F0/)
    },
  )

  it.each(['grbl-servo', 'klipper-servo'])(
    'of G-code for %s names the feed of a stroke also when its first line is too short to be written',
    (name) => {
      const profile = profileNamed(name)
      const hook = drawingOf(strokesOf([0, 0, 0.0032, 0, 0.0004, 0.0001, 0.0004, 10]), 150, 100)
      const file = planToGcode(planOf(hook, profile), profile)
      const [first = ''] = file.match(/^G1.*/m) ?? []
      expect(first).toMatch(/F\d/)
    },
  )

  it.each(['hp-7475a', 'hp-7470a'])('of HP-GL for %s selects no speed above that of the machine', (name) => {
    const profile = profileNamed(name)
    const fileAt = (speedPercent: number) => {
      const layers = drawing.layers.map((layer) => ({ ...layer, options: { speedPercent } }))
      return planToHpgl({ ...planOf(drawing, profile), layers }, profile)
    }
    expect(fileAt(400)).toBe(fileAt(100))
  })

  it('of G-code adds the dwell of a pen to each wait for that pen to come down', () => {
    const profile = { ...profileNamed('grbl-servo'), pens: [{ pen: 2, dwellMs: 500 }] }
    const file = planToGcode(planOf(drawing, profile), profile)
    const [first, second] = file.split('M0')
    expect(first).not.toContain('G4 P0.7')
    expect(second?.match(/G4 P0.7\n/g)).toHaveLength(2)
  })

  it('of G-code pauses before a layer that requests a pause', () => {
    const profile = profileNamed('grbl-servo')
    const layers = [
      { name: 'front', pen: 1, first: 0, count: 2, options: {} },
      { name: 'back', pen: 1, first: 2, count: 2, options: { pauseBefore: true } },
    ]
    const file = planToGcode({ ...planOf(drawing, profile), layers }, profile)
    expect(file.match(/M0/g)).toHaveLength(1)
    expect(file).toContain('(pen 1 back)\nM0\n')
  })

  it.each([
    ['marlin-servo', {}],
    ['marlin-z', ON_Z],
    ['klipper-servo', { firmware: 'klipper' }],
    ['klipper-z', { ...ON_Z, firmware: 'klipper' }],
  ] as const)(
    'of G-code makes a printer leave ink within 0.1 mm of each point of the plan: %s',
    async (name, options) => {
      const profile = profileNamed(name)
      const clock = new VirtualClock()
      const file = planToGcode(planOf(drawing, profile), profile)
      const board = new MarlinBoard({ clock, mustHome: name !== 'marlin-servo', ...options })
      const ink = await sent(board, clock, file, 4000)
      expect(ink.starts.length - 1).toBe(4)
      expect(deviation(lines, ink).mm).toBeLessThan(0.1)
    },
  )

  it('of G-code for a printer without `homeAt` has the ink where plotd draws it after homing', async () => {
    const profile = withOverrides(profileNamed('marlin-servo'), { marlin: { homing: true } })
    const atBack = { topEdge: profile.height, resetsOnOpen: false }
    const plan = planOf(drawing, profile)
    const clock = new VirtualClock()
    const file = await sent(new MarlinBoard({ clock, ...atBack }), clock, planToGcode(plan, profile), 4000)
    expect(deviation(lines, file).mm).toBeLessThan(0.1)
    const board = new MarlinBoard({ clock, ...atBack })
    const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
    await driver.connect()
    await driver.home()
    await plotAll(driver, plan)
    expect(deviation(lines, board.ink.strokes()).mm).toBeLessThan(0.1)
  })

  it('of HP-GL makes a 7475A leave ink within 0.06 mm of each point of the plan', async () => {
    const profile = profileNamed('hp-7475a')
    const clock = new VirtualClock()
    const ink = await sent(new HpglPlotter({ clock }), clock, planToHpgl(planOf(drawing, profile), profile), 3000)
    expect(ink.starts.length - 1).toBe(4)
    expect(deviation(lines, ink).mm).toBeLessThan(0.06)
  })

  it('is refused for a machine that speaks another language', () => {
    const [servo, hp] = [profileNamed('grbl-servo'), profileNamed('hp-7475a')]
    expect(() => planToGcode(planOf(drawing, hp), hp)).toThrow('speaks no G-code')
    expect(() => planToHpgl(planOf(drawing, servo), servo)).toThrow('speaks no HP-GL')
  })

  it('as an SVG that draws itself is complete for a reader without animations', () => {
    const svg = animatedSvg(drawing, { seconds: 5, title: 'a <card>' })
    const { drawing: back } = readSvg(svg)
    expect(back.starts.length - 1).toBe(4)
    expect(deviation(lines, back).mm).toBeLessThan(0.002)
    expect(svg).toContain('<title>a &lt;card&gt;</title>')
    expect(svg.match(/animation-duration:[\d.]+s/g)).toHaveLength(4)
  })

  it.each([Number.NaN, Infinity, -1])('as an SVG that draws itself is refused for a time of %d s', (seconds) => {
    const refusal = expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringContaining('seconds must be') })
    expect(() => animatedSvg(drawing, { seconds })).toThrowError(refusal)
  })

  it('as an SVG that draws itself is complete in the picture of another renderer', async () => {
    const { width, height, rgba } = await svgToPixels(animatedSvg(drawing), 1500)
    const dark = (x: number, y: number) => (rgba[4 * (Math.round(y) * width + Math.round(x)) + 3] ?? 0) > 100
    let inked = 0
    for (let i = 0; i < width * height; i++) inked += (rgba[4 * i + 3] ?? 0) / 255
    let length = 0
    const missing: number[][] = []
    for (let s = 0; s + 1 < lines.starts.length; s++) {
      const line = stroke(lines, s)
      for (let v = 2; v < line.length; v += 2) {
        const [ax = 0, ay = 0, bx = 0, by = 0] = line.subarray(v - 2, v + 2)
        const mm = Math.hypot(bx - ax, by - ay)
        length += mm
        for (let distance = 0; distance <= mm; distance += 0.2) {
          const [x, y] = [ax + ((bx - ax) * distance) / mm, ay + ((by - ay) * distance) / mm]
          if (!dark(10 * x, 10 * y)) missing.push([x, y])
        }
      }
    }
    expect(missing).toEqual([])
    // a line of 0.3 mm is three pixels wide here
    expect(inked / (10 * length)).toBeCloseTo(3, 1)
  })

  const hasPoppler = spawnSync('pdftocairo', ['-v']).error === undefined

  it.skipIf(!hasPoppler)(
    'as a PDF has the ink and the size of the drawing when poppler reads it (skipped without poppler)',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'plotd-pdf-'))
      const [pdf, svg] = [join(folder, 'a.pdf'), join(folder, 'a.svg')]
      writeFileSync(pdf, drawingsToPdf([drawing], { title: 'Grüße (1)' }))
      expect(spawnSync('pdftocairo', ['-svg', '-noshrink', '-nocenter', pdf, svg]).status).toBe(0)
      const { drawing: back } = readSvg(readFileSync(svg, 'utf8'))
      removeFolder(folder)
      // Poppler writes lengths in pt without a unit, so `readSvg` takes them for pixels.
      const scale = 96 / 72
      expect(back.width * scale).toBeCloseTo(drawing.width, 1)
      expect(back.height * scale).toBeCloseTo(drawing.height, 1)
      const points = back.points.map((value) => value * scale)
      expect(deviation(lines, { ...back, points }).mm).toBeLessThan(0.02)
    },
  )
})
