import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../../src/threads.ts'
import { ServedDaemon } from './daemon.ts'

const SQUARE = `<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm" viewBox="0 0 60 40" fill="none" stroke="black">
  <rect x="5" y="5" width="20" height="20"/></svg>`

let daemon: ServedDaemon
let file = ''
beforeAll(async () => {
  daemon = await ServedDaemon.start('fast=sim:ebb?speed=400')
  file = join(daemon.folder, 'square.svg')
  writeFileSync(file, SQUARE)
})
afterAll(() => daemon.stop())

describe('a job that cannot be drawn', () => {
  const REFUSALS: readonly (readonly [flags: string, exit: number, why: RegExp])[] = [
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
  ]
  it.each(REFUSALS)('with %s is refused by a submit and by --dry-run alike', async (flags, exit, why) => {
    const words = ['plot', file, ...flags.split(' ')]
    const answers = await Promise.all([daemon.run(words), daemon.run([...words, '--dry-run'])])
    for (const { code, out, err } of answers) {
      expect([code, out]).toEqual([exit, ''])
      expect(err).toMatch(why)
      expect(err).not.toContain('task show job.submit')
    }
  })

  it('is refused by a submit and by --dry-run alike, also when a task draws it', async () => {
    const words = 'pattern spiral --turns 3 --width 600 --height 400 --plot'.split(' ')
    for (const { code, out, err } of await Promise.all([daemon.run(words), daemon.run([...words, '--dry-run'])])) {
      expect([code, out]).toEqual([1, ''])
      expect(err).toMatch(/ERR_PLAN_OUT_OF_BOUNDS/)
    }
  })

  it('is not in the list of jobs after its refusal', async () => {
    expect(await daemon.json('list')).toEqual([])
  })

  it('fails when it is rendered, if its file is too large for a check at the submit; plotd asks for no sheet', async () => {
    const large = join(daemon.folder, 'large.svg')
    const longComment = `<!--${'x'.repeat(1_100_000)}--><path d="M0 0H900" fill="none" stroke="black"/>`
    const size = 'width="900mm" height="100mm" viewBox="0 0 900 100"'
    writeFileSync(large, `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${longComment}</svg>`)
    expect((await daemon.run(['plot', large])).code).toBe(0)
    const early = await daemon.run(['ready'])
    if (early.code === 0) await daemon.until(['plotters'], ([plotter]) => plotter?.['grant'] === undefined)
    await daemon.until(['show', 'last'], ([job]) => job?.['status'] === 'failed')
    expect(await daemon.json('show', 'last')).toMatchObject([{ error: { code: 'ERR_PLAN_OUT_OF_BOUNDS' } }])
    expect(await daemon.json('plotters')).toMatchObject([{ state: { is: 'idle', ready: false } }])
    const { code, err } = await daemon.run(['ready'])
    expect([code, err]).toEqual([6, expect.stringContaining('Nothing waits for fast')])
    const listed = await daemon.run(['list'])
    expect(listed.out).toMatch(/ failed +large/i)
  })
})

describe('the README', () => {
  it('shows a `plotd plot` whose job is drawn', async () => {
    const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
    const [line = ''] = /^plotd plot output\S+\.svg [^#\n]+/m.exec(readme) ?? []
    const [, ...words] = line.trim().split(/\s+/)
    await daemon.json('pattern', 'spiral', '--seed', '7', '--turns', '3', '--wait')
    await daemon.linked()
    const here = words.map((word) => (word.startsWith('output/') ? join(daemon.folder, word) : word))
    expect((await daemon.run(here)).code).toBe(0)
    await daemon.rendered()
    expect((await daemon.run(['ready'])).code).toBe(0)
    await daemon.until(['show', 'last'], ([job]) => job?.['status'] !== 'rendered' && job?.['status'] !== 'plotting')
    expect(await daemon.json('show', 'last')).toMatchObject([{ status: 'finished', plot: { pageSize: 'a4' } }])
  })
})

it.each([
  ['patterns spiral nosuch', 'No pattern is called nosuch: expected spiral'],
  ['templates nosuch', 'No template is called nosuch: expected birthday'],
])('plotd %s is refused', async (line, why) => {
  const { code, err } = await daemon.run(line.split(' '))
  expect([code, err]).toEqual([2, expect.stringContaining(why)])
})
