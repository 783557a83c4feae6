import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawingOf } from '../../src/geometry/drawing.ts'
import { drawingToSvg } from '../../src/svg/index.ts'
import { start } from './child.ts'
import type { Program } from './program.ts'

const EXTENSION = '/usr/share/inkscape/extensions/plotter.py'
/** The sheet of the simulated plotter, so that both have their corner in the same place, mm. */
const SHEET = [403.9, 276] as const
/** A knife's compensations are off: this is a pen. */
const PEN = ['--toolOffset=0', '--overcut=0', '--precut=false', '--autoAlign=false', '--flat=1.2']

/** Inkscape's own export to a plotter, as its menu runs it: one long piece of HP-GL into a serial port at 9600 baud. */
export const inkscape: Program = {
  name: 'Inkscape, Plot…',
  dialect: 'hpgl',
  simulator: { flow: 'hardware' },
  version() {
    if (!existsSync(EXTENSION)) return undefined
    try {
      return /Inkscape (\S+)/.exec(execFileSync('inkscape', ['--version'], { encoding: 'utf8', stdio: 'pipe' }))?.[1]
    } catch {
      return undefined
    }
  },
  async draw(strokes, { path }) {
    const folder = mkdtempSync(join(tmpdir(), 'plotd-others-'))
    const file = join(folder, 'drawing.svg')
    writeFileSync(file, drawingToSvg(drawingOf(strokes, SHEET[0], SHEET[1])))
    const args = [EXTENSION, `--serialPort=${path}`, '--serialFlowControl=dsrdtrrtscts', ...PEN, file]
    const child = start('/usr/bin/python3', args)
    const code = await child.ended
    rmSync(folder, { recursive: true, force: true })
    return code === 0 ? [] : [`exit code ${code}: ${child.said().trim().split('\n').at(-1)}`]
  },
}
