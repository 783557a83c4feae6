import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../../src/threads.ts'
import { ServedDaemon } from './daemon.ts'

const SQUARE = `<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm" viewBox="0 0 60 40" fill="none" stroke="black">
  <rect x="5" y="5" width="20" height="20"/></svg>`

describe('a job that cannot be drawn', () => {
  let daemon: ServedDaemon
  let file = ''
  beforeAll(async () => {
    daemon = await ServedDaemon.start('fast=sim:ebb?speed=400')
    file = join(daemon.folder, 'square.svg')
    writeFileSync(file, SQUARE)
  })
  afterAll(() => daemon.stop())

  it.each([
    ['--layers 9', 2, /layers: 9 is not a layer/],
    ['--layers red', 2, /layers: .*red/],
    ['-o /etc/x.svg', 1, /ERR_OUTPUT_PATH/],
    ['-o ../../x', 1, /ERR_OUTPUT_PATH/],
    ['-o a/../../../x.svg', 1, /ERR_OUTPUT_PATH/],
    ['--at 2020-01-01', 2, /--at 2020-01-01: .*past/],
    ['--page a9x', 2, /^✗ --page is "a9x"/],
    ['--page a2 --fit', 1, /ERR_PLAN_OUT_OF_BOUNDS/],
    ['--margin 200 --page a4', 2, /margin: 200/],
    ['--copies 0', 2, /^✗ --copies is 0/],
    ['--speed 0', 2, /^✗ --speed is 0/],
    ['--plotter nobody', 5, /nobody/],
  ])('with %s is refused by a submit and by --dry-run alike, and never queued', async (flags, exit, why) => {
    const words = ['plot', file, ...flags.split(' ')]
    const answers = await Promise.all([daemon.run(words), daemon.run([...words, '--dry-run'])])
    for (const { code, out, err } of answers) {
      expect([code, out]).toEqual([exit, ''])
      expect(err).toMatch(why)
      expect(err).not.toContain('task show job.submit')
    }
  })

  it('is never queued', async () => {
    expect(await daemon.json('list')).toEqual([])
  })

  it('is no line of the README: what is printed there is drawn', async () => {
    const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
    const [line = ''] = /^plotd plot output\S+\.svg [^#\n]+/m.exec(readme) ?? []
    const [, ...words] = line.trim().split(/\s+/)
    await daemon.json('pattern', 'spiral', '--seed', '7', '--turns', '3', '--wait')
    await daemon.linked()
    const here = words.map((word) => (word.startsWith('output/') ? join(daemon.folder, word) : word))
    expect((await daemon.run(here)).code).toBe(0)
    await daemon.until(['list', '--status', 'rendered'], (jobs) => jobs.length === 1)
    expect((await daemon.run(['ready'])).code).toBe(0)
    await daemon.until(['show', 'last'], ([job]) => job?.['status'] !== 'rendered' && job?.['status'] !== 'plotting')
    expect(await daemon.json('show', 'last')).toMatchObject([{ status: 'finished', plot: { pageSize: 'a4' } }])
  })
})
