import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { type IPty, spawn } from '@lydell/node-pty'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { width } from '../../../clients/cli/ui/width.ts'
import { until } from '../../support/desk.ts'
import { ServedDaemon } from './daemon.ts'
import { CLI } from './run.ts'

const LAYERS = ['1 black', '2 red'].map(
  (label, i) =>
    `<g inkscape:groupmode="layer" inkscape:label="${label}"><path d="M5 ${10 + 10 * i}H50M5 ${14 + 10 * i}H50"/></g>`,
)
const TWO_PENS = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  width="60mm" height="40mm" viewBox="0 0 60 40" fill="none" stroke="black">${LAYERS.join('')}</svg>`

describe('a person at a terminal', () => {
  let daemon: ServedDaemon
  let terminal: IPty | undefined
  beforeAll(async () => {
    daemon = await ServedDaemon.start('--plotter', 'fast=sim:ebb?speed=30')
    writeFileSync(join(daemon.folder, 'pens.svg'), TWO_PENS)
  })
  afterAll(async () => {
    terminal?.kill()
    await daemon.stop()
  })

  it('answers with Enter what the plotter asks for: the sheet, then the pen', async () => {
    const env = { ...process.env, PLOTD_STATE: join(daemon.folder, 'state'), NO_COLOR: '1' } as Record<string, string>
    const words = [CLI, 'plot', join(daemon.folder, 'pens.svg'), '--wait']
    const screen = spawn(process.execPath, words, { cols: 80, rows: 24, env })
    terminal = screen
    let seen = ''
    screen.onData((text) => {
      seen += text
    })
    const ended = new Promise<number>((resolve) => screen.onExit(({ exitCode }) => resolve(exitCode)))
    await until(() => /sheet[\s\S]*Enter/i.test(seen))
    screen.write('\r')
    await until(() => /pen 2[\s\S]*Enter/i.test(seen))
    screen.write('\r')
    expect(await ended).toBe(0)
    expect(seen).toMatch(/finished/)
    for (const line of stripVTControlCharacters(seen).split(/\r?\n|\r/)) expect(line.length).toBeLessThanOrEqual(80)
  })

  const typed: readonly (readonly string[])[] = [
    ['--help'],
    ['plotters'],
    ['ports'],
    ['doctor'],
    ['task', 'show', 'postcard'],
    ['fonts', 'check', 'Zoë 🎂'],
    ['preview', 'pens.svg', '--page', 'a4', '--once'],
    ['retry', 'nobody'],
  ]
  it.each(typed.map((words) => ({ words, line: words.join(' ') })))(
    'has every line of `plotd $line` within a terminal of 60 cells',
    async ({ words }) => {
      const env = { ...process.env, PLOTD_STATE: join(daemon.folder, 'state'), NO_COLOR: '1' } as Record<string, string>
      const screen = spawn(process.execPath, [CLI, ...words], { cols: 60, rows: 24, env, cwd: daemon.folder })
      terminal = screen
      let seen = ''
      screen.onData((text) => {
        seen += text
      })
      await new Promise((resolve) => screen.onExit(resolve))
      const lines = stripVTControlCharacters(seen).split(/\r?\n|\r/)
      expect(lines.length).toBeGreaterThan(2)
      // a command, a path or a link that is to be copied stays whole
      expect(lines.filter((line) => width(line) > 60 && !/→ plotd|\//.test(line))).toEqual([])
    },
  )
})
