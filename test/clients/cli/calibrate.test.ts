import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../../support/temp-folder.ts'
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
