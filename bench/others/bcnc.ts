import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from './child.ts'
import { gcode } from './gcode.ts'
import type { Program } from './program.ts'

/** Debian's Python, whatever other comes first on the path. */
const env = { ...process.env, PATH: `/usr/bin:${process.env['PATH']}` }

/** bCNC in a window that nobody sees: opens the port, loads the file and runs it. It does not end by itself. */
export const bcnc: Program = {
  name: 'bCNC',
  dialect: 'grbl',
  version() {
    try {
      execFileSync('which', ['xvfb-run'], { stdio: 'ignore' })
      return /^Version: (.*)$/m.exec(execFileSync('dpkg', ['-s', 'bcnc'], { encoding: 'utf8', stdio: 'pipe' }))?.[1]
    } catch {
      return undefined
    }
  },
  async draw(strokes, { path, rest }) {
    const home = mkdtempSync(join(tmpdir(), 'plotd-others-'))
    const file = join(home, 'drawing.ngc')
    writeFileSync(file, gcode(strokes))
    writeFileSync(join(home, '.bCNC'), settings(path))
    const child = start('xvfb-run', ['-a', 'bCNC', '-P', '--run', file], { env: { ...env, HOME: home } })
    try {
      await rest()
    } finally {
      child.stop()
      await child.ended
      rmSync(home, { recursive: true, force: true })
    }
    return child
      .said()
      .split('\n')
      .filter((line) => /Traceback|Error|error:|ALARM/.test(line))
  },
}

/** Its option `-s` would open the port only after `--run` has found none. */
const settings = (path: string): string =>
  `[Connection]\nport = ${path}\nbaud = 115200\ncontroller = GRBL1\nopenserial = 1\n`
