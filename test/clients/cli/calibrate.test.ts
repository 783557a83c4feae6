import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PLOT_OPTIONS, SHEETS } from '../../../clients/cli/calibrate/sheets.ts'
import { stroke, strokeCount } from '../../../src/geometry/drawing.ts'
import { prepare } from '../../../src/plotter/prepare/index.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { readSvg } from '../../../src/svg/index.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { ServedDaemon } from './daemon.ts'
import { plotd } from './run.ts'

it('plotd calibrate writes a measured number, and refuses numbers with which no daemon would start', async () => {
  const home = tempFolder()
  const file = join(home, 'plotd/config.yaml')
  mkdirSync(join(home, 'plotd'))
  writeFileSync(file, 'plotters:\n  - { name: axi, url: sim:ebb, profile: axidraw-v3 }\n')
  const calibrate = (sheet: string, ...numbers: string[]) =>
    plotd(['calibrate', sheet, '--plotter', 'axi', '--json', '--measured', ...numbers], { XDG_CONFIG_HOME: home })
  expect(JSON.parse((await calibrate('heights', '35')).out).profile.pen).toEqual({ downPercent: 35 })
  const before = readFileSync(file, 'utf8')
  expect(before).toContain('downPercent: 35')
  for (const [sheet = '', ...numbers] of [
    ['heights', '350'],
    ['speed', '0'],
    ['square', '8', '8', '11', '11'],
  ]) {
    const { code, err } = await calibrate(sheet, ...numbers)
    expect(code, sheet).toBe(1)
    expect(err, sheet).toContain('ERR_PROFILE_INVALID')
  }
  expect(readFileSync(file, 'utf8')).toBe(before)
})

it('plotd calibrate backlash draws each tick as one stroke, which begins beside the tick', () => {
  const { drawing } = readSvg(SHEETS.backlash.draw())
  const { drawing: strokes } = prepare(drawing, PLOT_OPTIONS.backlash, profileNamed('axidraw-v3'))
  const all = Array.from({ length: strokeCount(strokes) }, (_, i) => [...stroke(strokes, i)].map(Math.round))
  for (let x = 20; x <= 110; x += 10) {
    expect(all).toContainEqual([x - 6, 30, x, 30, x, 45])
    expect(all).toContainEqual([x + 6, 60, x, 60, x, 45])
  }
})

it('plotd calibrate queues a sheet with the plot options of that sheet', async () => {
  const served = await ServedDaemon.start('axi=sim:ebb')
  const { id } = JSON.parse((await served.run(['calibrate', 'backlash', '--json'])).out)
  expect(JSON.parse((await served.run(['show', id, '--json'])).out).plot.options).toEqual({ keepOrder: true })
  await served.stop()
})
