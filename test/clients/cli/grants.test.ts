import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { ServedDaemon } from './daemon.ts'
import { Terminal } from './terminal.ts'

const SQUARE = `<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm" viewBox="0 0 60 40" fill="none" stroke="black">
  <rect x="5" y="5" width="20" height="20"/></svg>`

describe('a grant', () => {
  let daemon: ServedDaemon
  let id = ''
  beforeAll(async () => {
    daemon = await ServedDaemon.start('fast=sim:ebb?speed=50')
    writeFileSync(join(daemon.folder, 'square.svg'), SQUARE)
    await daemon.linked()
  })
  afterAll(() => daemon.stop())

  it('is refused while nothing waits, and the error names `--sheets 1`', async () => {
    const { code, out, err } = await daemon.run(['ready'])
    expect([code, out]).toEqual([6, ''])
    expect(err).toMatch(/nothing waits for fast.*--sheets 1/is)
  })

  it('names the first job of the queue, the giver of the grant, and its end', async () => {
    const [job] = await daemon.json('plot', join(daemon.folder, 'square.svg'))
    id = String(job?.['id']).slice(-6)
    await daemon.rendered()
    await daemon.run(['pause', '--queue']) // so that the grant is not used immediately
    const { code, out } = await daemon.run(['ready'])
    expect(code).toBe(0)
    expect(out).toMatch(
      new RegExp(`^fast is ready: ${id} \\(square\\) may begin\\. Granted by \\S+ until \\d\\d:\\d\\d;`),
    )
    expect(out).toContain('`plotd unready fast` takes the grant back')
  })

  it.each([['plotters'], ['list'], ['show', 'last']])('is shown by `plotd %s`', async (...words) => {
    expect((await daemon.run(words)).out).toContain(`fast is ready: ${id} (square) may begin`)
  })

  it('is shown by a `plotd watch` that starts later', async () => {
    const screen = new Terminal(['watch'], join(daemon.folder, 'state'), 200)
    await until(() => screen.text.includes(`fast is ready: ${id} (square) may begin`))
    screen.type('\u0003')
    await screen.ended
  })

  it('is taken back by `plotd unready`', async () => {
    const { code, out } = await daemon.run(['unready'])
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('fast is idle. When a job waits and a fresh sheet is down'),
    ])
    for (const words of [['plotters'], ['list'], ['show', 'last']])
      expect((await daemon.run(words)).out).not.toContain('is ready: ')
  })

  it('ends when the job that it was given for is canceled', async () => {
    await daemon.json('ready')
    await daemon.json('cancel', 'last')
    expect((await daemon.run(['plotters'])).out).not.toContain('is ready: ')
  })

  it('is for the next sheets with --sheets N, and N must be 1 or more', async () => {
    const { out } = await daemon.run(['ready', '--sheets', '3'])
    expect(out).toContain('fast is ready: each of the next 3 sheets may begin')
    expect((await daemon.json('unready'))[0]).not.toHaveProperty('grant')
    expect((await daemon.run(['ready', '--sheets', 'x'])).code).toBe(2)
    expect((await daemon.run(['ready', '--sheets', '0'])).code).toBe(2)
  })
})
