import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { ServedDaemon } from './daemon.ts'
import { Terminal } from './terminal.ts'

const LINES = `<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="60mm" viewBox="0 0 60 60" fill="none" stroke="black">
  ${Array.from({ length: 40 }, (_, i) => `<path d="M5 ${10 + i}H50"/>`).join('')}</svg>`

describe('plotd watch', () => {
  it('says that the connection is lost, and goes on when the daemon is back', async () => {
    const daemon = await ServedDaemon.start()
    const [held] = await daemon.json('text', 'Hello', '--hold')
    const watch = new Terminal(['watch', String(held?.['id'])], join(daemon.folder, 'state'))
    await until(() => watch.text.includes('held'))
    await daemon.restart()
    await until(() => watch.text.includes('The connection to plotd is lost.'))
    await until(() => watch.text.includes('The connection to plotd is back.'))
    await daemon.json('release', 'last')
    expect(await watch.ended).toBe(0)
    await daemon.stop()
  })

  it('shows a job on one line when the title has a line break', async () => {
    const daemon = await ServedDaemon.start('fast=sim:ebb?speed=50')
    const watch = new Terminal(['watch'], join(daemon.folder, 'state'), 200)
    await until(() => watch.text.includes('fast is'))
    await daemon.json('text', 'Hello', '--title', 'my\ntext', '--hold')
    await until(() => watch.text.includes('held my text'))
    expect(watch.lines).toContainEqual(expect.stringContaining('held  my text'))
    watch.type('\u0003')
    await watch.ended
    await daemon.stop()
  })
})

describe('the sheet of an interrupted job', () => {
  let daemon: ServedDaemon
  let id = ''
  beforeAll(async () => {
    daemon = await ServedDaemon.start('slow=sim:ebb?speed=2')
    const file = join(daemon.folder, 'lines.svg')
    writeFileSync(file, LINES)
    const [job] = await daemon.json('plot', file, '--keep-order')
    id = String(job?.['id']).slice(-6)
    await daemon.linked()
    await daemon.rendered()
    await daemon.json('ready')
    await daemon.drawn(id, 2)
    await daemon.restart()
    await daemon.linked()
    await daemon.json('plot', file, '--keep-order', '--title', 'Next')
    await daemon.rendered()
  })
  afterAll(() => daemon.stop())

  const named = () => new RegExp(`slow holds the sheet of the interrupted job ${id} \\(lines, \\d+ of 40 strokes\\)`)

  it('is named by bare `plotd resume`, with each choice; a script must name the job', async () => {
    const { code, out, err } = await daemon.run(['resume'])
    expect([code, out]).toEqual([6, ''])
    expect(err).toMatch(named())
    for (const command of [`resume ${id}`, `retry ${id}`, 'ready slow --new-sheet', `cancel ${id}`])
      expect(err).toContain(`\`plotd ${command}\``)
    expect((await daemon.run(['resume', 'slow', '--redraw'])).code).toBe(6)
  })

  it('is named in the JSON for programs', async () => {
    const { err } = await daemon.run(['resume', '--json'])
    const { error } = JSON.parse(err)
    expect(error).toMatchObject({ code: 'ERR_PLOTTER_STATE', detail: { interrupted: expect.stringMatching(id) } })
  })

  it('is shown by `plotd plotters` and `plotd list`, which propose no command that draws over the sheet', async () => {
    for (const words of [['plotters'], ['list']]) {
      const { out } = await daemon.run(words)
      expect(out).toMatch(named())
      expect(out).toContain('`plotd ready slow --new-sheet` begins the next job on a new sheet')
      expect(out).not.toMatch(/`plotd ready( slow)?`/)
    }
  })

  it('is named in a question on a terminal; without a yes nothing moves', async () => {
    const screen = new Terminal(['resume'], join(daemon.folder, 'state'))
    await until(() => screen.text.includes('[y/N]'))
    expect(screen.text).toMatch(named())
    screen.type('\r')
    expect(await screen.ended).toBe(6)
    expect(await daemon.json('plotters')).toMatchObject([{ state: { is: 'idle', ready: false } }])
  })

  it('keeps `plotd ready` from beginning another sheet', async () => {
    const { code, err } = await daemon.run(['ready'])
    expect(code).toBe(6)
    expect(err).toContain(`\`plotd resume ${id}\``)
    expect(err).toContain('`plotd ready slow --new-sheet`')
  })

  it('is taken off by `plotd ready --new-sheet`, and put back by `plotd resume --sheet-back`', async () => {
    await daemon.run(['pause', '--queue'])
    expect((await daemon.run(['ready', '--new-sheet'])).out).toMatch(/slow is ready: \w{6} \(Next\) may begin/)
    await daemon.json('unready')
    const { code, err } = await daemon.run(['resume', id, '--redraw', '--at-home'])
    expect([code, err]).toEqual([6, expect.stringMatching(/was taken off/)])
    await daemon.json('resume', '--queue')
    const [resumed] = await daemon.json('resume', id, '--redraw', '--at-home', '--sheet-back')
    expect(resumed).toMatchObject({ title: 'lines' })
    await daemon.json('cancel', id, '--yes')
  })
})
