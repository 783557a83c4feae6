import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { ServedDaemon } from './daemon.ts'
import { Terminal } from './terminal.ts'

const SQUARES = `<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm" viewBox="0 0 60 40" fill="none" stroke="black">
  <rect x="5" y="5" width="20" height="20"/><rect x="30" y="10" width="20" height="20"/></svg>`

let daemon: ServedDaemon
let file: string
beforeAll(async () => {
  daemon = await ServedDaemon.start('fast=sim:ebb?speed=50')
  await daemon.linked()
  file = join(daemon.folder, 'squares.svg')
  writeFileSync(file, SQUARES)
})
afterAll(async () => {
  await daemon.stop()
})

describe('the command line', () => {
  it('waits after `plotd plot --wait` for `plotd ready`, draws, and reports the end', async () => {
    await daemon.linked()
    const plotting = daemon.run(['plot', file, '--wait'])
    await daemon.rendered()
    const [ready] = await daemon.json('ready')
    expect(ready).toMatchObject({ name: 'fast' })
    const { code, err } = await plotting
    expect(code).toBe(0)
    expect(err).toMatch(/60 × 40 mm, 2 strokes/)
    expect(err).toContain('`plotd ready fast`')
    expect(err).toMatch(/squares {2}finished/)
  })

  it('draws every letter of a small file that is not in UTF-8', async () => {
    const latin = join(daemon.folder, 'latin.svg')
    const svg = `<?xml version="1.0" encoding="ISO-8859-1"?>${SQUARES.replace('</svg>', '<text x="5" y="36">Zoë</text></svg>')}`
    writeFileSync(latin, svg, 'latin1')
    const jobs = await daemon.json('svg', latin, '--wait')
    const { status, result } = jobs.at(-1) as { status: string; result: { warnings: { kind: string }[] } }
    expect([status, result.warnings.filter(({ kind }) => kind === 'loss')]).toEqual(['finished', []])
  })

  it('warns of a plan file with ink beyond the reach of its machine', async () => {
    const wide = join(daemon.folder, 'wide.svg')
    writeFileSync(wide, SQUARES.replaceAll('60', '280').replace('x="30"', 'x="250"'))
    await daemon.json('svg', wide, '--wait')
    const planFor = (machine: string) =>
      daemon.run(['plan', 'last', '-o', join(daemon.folder, 'wide.gcode'), '--for', machine])
    expect((await planFor('marlin-z')).err).toContain('marlin-z (220 × 220 mm) at the right by 50.0 mm')
    expect((await planFor('grbl-servo')).err).toBe('')
  })

  it('warns that a plan file in HP-GL does not stop where the plan waits for the user', async () => {
    await daemon.json('postcard', 'Ada', 'Hi', '--side', 'both', '--wait')
    const planAs = (name: string) => daemon.run(['plan', 'last', '-o', join(daemon.folder, name)])
    expect((await planAs('card.hpgl')).err).toContain('HP-GL has no pauses: the plotter does not stop before “back”.')
    expect((await planAs('card.gcode')).err).toBe('')
  })

  it('warns of a plan file in HP-GL for a plotter with one pen if the plan changes the pen', async () => {
    const layers = ['2 red', '3 blue'].map(
      (name, i) =>
        `<g inkscape:groupmode="layer" inkscape:label="${name}"><path d="M5 ${5 + i}h9" stroke="black"/></g>`,
    )
    const planOf = async (...groups: readonly string[]) => {
      const several = join(daemon.folder, 'layers.svg')
      const spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
      writeFileSync(several, `<svg ${spaces} width="20mm" height="20mm" viewBox="0 0 20 20">${groups.join('')}</svg>`)
      await daemon.json('svg', several, '--wait')
      return daemon.run(['plan', 'last', '-o', join(daemon.folder, 'layers.hpgl'), '--for', 'hpgl-cutter'])
    }
    expect((await planOf(...layers)).err).toMatch(/ before “[^”]*blue”\.\n$/)
    expect((await planOf(...layers.slice(1))).err).toBe('')
  })

  it('names the faulty file among several', async () => {
    const [broken, blank] = [join(daemon.folder, 'my broken.svg'), join(daemon.folder, 'blank.svg')]
    writeFileSync(broken, '<svg')
    writeFileSync(blank, '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"/>')
    expect((await daemon.run(['plot', broken, file])).err).toContain(`${broken}: not well-formed at line 1`)
    expect((await daemon.run(['plot', blank, file])).err).toContain(`${blank}: there is nothing to draw.`)
    expect((await daemon.run(['plot', broken])).err).toContain('\n  Not well-formed at line 1')
    expect(await daemon.json('list', '--status', 'live')).toEqual([])
  })

  it('takes a file whose name is longer than a title', async () => {
    const file = join(daemon.folder, `${'n'.repeat(240)}.svg`)
    writeFileSync(file, '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><path d="M1 1H9"/></svg>')
    const [job] = await daemon.json('svg', file, '--hold')
    expect(job).toMatchObject({ title: `${'n'.repeat(160)}…` })
    await daemon.json('cancel', String(job?.['id']))
  })

  it('leaves the plotter waiting for the next sheet', async () => {
    await daemon.linked()
    expect((await daemon.run(['plotters'])).out).toContain('fast is idle. When a job waits and a fresh sheet is down')
  })

  it('asks with --wait for each further copy, and for the next pen', async () => {
    const red = SQUARES.replace('height="20"/><rect', 'height="20"/><rect stroke="red"')
    const plotting = daemon.run(['plot', '-', '--layers-by', 'color', '-c', '2', '--wait'], {}, red)
    await daemon.rendered()
    const waitsFor = (code: string) =>
      daemon.until(['show', 'last'], ([job]) => (job?.['reason'] as { code?: string } | undefined)?.code === code)
    for (const [verb = '', reason] of [
      ['ready', 'pen-change'],
      ['resume', 'sheet'],
      ['ready', 'pen-change'],
      ['resume'],
    ]) {
      await daemon.json(verb)
      if (reason !== undefined) await waitsFor(reason)
    }
    const { err } = await plotting
    expect(err).toMatch(/Put in pen 2 .*\. Then: `plotd resume fast`/)
    expect(err).toContain(
      'fast waits for you: put sheet 2 of 2 down, and move the carriage to home. Then: `plotd ready fast`',
    )
  })

  it('with --wait, asks for no sheet while the plotter is in maintenance', async () => {
    await daemon.json('maintenance', 'fast', 'new belt')
    const terminal = new Terminal(['plot', file, '--wait'], join(daemon.folder, 'state'))
    await until(() => terminal.text.includes('fast takes no jobs: new belt. `plotd maintenance fast --end` ends'))
    await daemon.json('cancel', 'last')
    expect(await terminal.ended).toBe(4)
    await daemon.json('maintenance', 'fast', '--end')
    expect(terminal.text).not.toContain('waits for you')
  })

  it.each(['on', 'off', 'end'])('refuses the word %s as the reason of a maintenance', async (word) => {
    const { code, err } = await daemon.run(['maintenance', 'fast', word])
    expect([code, err]).toEqual([2, expect.stringContaining(`${word} is no reason`)])
    expect(await daemon.json('plotters')).not.toMatchObject([{ maintenance: {} }])
  })

  it('takes Enter as the answer to its latest request, also when another terminal has answered an earlier one', async () => {
    const red = join(daemon.folder, 'red.svg')
    writeFileSync(red, SQUARES.replace('height="20"/><rect', 'height="20"/><rect stroke="red"'))
    const terminal = new Terminal(['plot', red, '--layers-by', 'color', '--wait'], join(daemon.folder, 'state'))
    await until(() => terminal.text.includes('a fresh sheet down, and move the carriage to home. Then press Enter.'))
    await daemon.json('ready')
    await until(() => /Put in pen 2 .*Then press Enter/.test(terminal.text))
    terminal.type('\r')
    expect(await terminal.ended).toBe(0)
  })

  it('asks again after plotd has refused what Enter asked for', async () => {
    const terminal = new Terminal(['plot', file, '--wait'], join(daemon.folder, 'state'))
    await until(() => terminal.text.includes('Then press Enter.'))
    const [urgent] = await daemon.json('plot', file, '--priority', 'high')
    const id = String(urgent?.['id'])
    await daemon.until(['show', id], ([job]) => job?.['status'] === 'rendered')
    terminal.type('\r')
    await until(() => terminal.text.split('Then press Enter.').length === 3)
    await daemon.json('cancel', id)
    terminal.type('\r')
    expect(await terminal.ended).toBe(0)
  })

  it('ends --wait with exit code 4 when the job is canceled meanwhile', async () => {
    const waiting = daemon.run(['plot', '-', '--title', 'Not today', '--wait'], {}, SQUARES)
    await daemon.rendered()
    expect((await daemon.json('cancel', 'last')).map((job) => job['status'])).toEqual(['canceled'])
    expect((await waiting).code).toBe(4)
  })
})

describe('an operator at the plotter', () => {
  it('moves the pen and the carriage, and takes them home', async () => {
    expect((await daemon.run(['pen', 'up'])).out).toBe('The pen of fast is up.\n')
    expect(await daemon.json('jog', '10', '5')).toMatchObject([{ position: { x: 10, y: 5 } }])
    expect(await daemon.json('jog', '-4', '-2.5')).toMatchObject([{ position: { x: 6, y: 2.5 } }])
    expect(await daemon.json('home')).toMatchObject([{ position: { x: 0, y: 0 } }])
  })

  it('toggles the pen, sets its height, frees the carriage, and moves round the drawing before any ink', async () => {
    expect((await daemon.run(['pen', 'toggle'])).out).toContain('toggled its pen')
    const set = 'fast: pen down at 35 % (planned: 30 %), speed 50 % (planned: 100 %), from here on.\n'
    expect((await daemon.run(['adjust', '--pen-down', '35', '--speed', '50'])).out).toBe(set)
    for (const [speed, bound] of [
      ['0', 'at least 1'],
      ['401', 'at most 400'],
    ] as const) {
      const { code, err } = await daemon.run(['adjust', '--speed', speed])
      expect([code, err]).toEqual([2, expect.stringContaining(`--speed is ${speed}, expected ${bound}`)])
    }
    expect((await daemon.run(['adjust'])).out).toMatch(/^fast draws as planned again: pen up at/)
    expect((await daemon.run(['align'])).out).toContain('plotd home fast --here')
    expect(await daemon.json('home', '--here')).toMatchObject([{ position: { x: 0, y: 0 } }])
    await daemon.json('plot', file, '--title', 'Framed')
    await daemon.rendered()
    const { code, out } = await daemon.run(['frame', 'last'])
    expect([code, out]).toEqual([0, 'fast moved round the ink with the pen up.\n'])
    await daemon.json('cancel', 'last')
  })

  it('pauses and resumes the queue', async () => {
    expect(await daemon.json('pause', '--queue')).toMatchObject([{ paused: [''] }])
    expect((await daemon.run(['pause', '--queue'])).out).toContain('no job is rendered')
    expect(await daemon.json('resume', '--queue')).toMatchObject([{ paused: [] }])
  })

  it('is told the command that undoes a pause of one plotter, and the pauses that remain', async () => {
    const paused = await daemon.run(['pause', 'fast', '--queue'])
    expect(paused.out).toBe('No sheet starts on fast until `plotd resume fast --queue`.\n')
    const still = await daemon.run(['resume', '--queue'])
    expect(still.out).toBe(`New sheets start again.\n${paused.out}`)
    expect((await daemon.run(['resume', 'fast', '--queue'])).out).toBe('New sheets start again on fast.\n')
  })

  const secondsLeftOf = (job = {}) => (job as { progress?: { secondsLeft: number } }).progress?.secondsLeft ?? 0

  /**
   * Begins and pauses a plot of 400 lines in a layer with this label.
   *
   * @returns the time left that the daemon reports, s
   */
  async function pausedPlot(label: string): Promise<number> {
    const lines = Array.from({ length: 400 }, (_, i) => `<path d="M5 ${5 + i / 10}H50"/>`).join('')
    const layer = `<g inkscape:groupmode="layer" inkscape:label="${label}">${lines}</g>`
    const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    const svg = `<svg ${names} width="60mm" height="60mm" viewBox="0 0 60 60" fill="none" stroke="black">${layer}</svg>`
    await daemon.run(['plot', '-', '--keep-order'], {}, svg)
    await daemon.rendered()
    await daemon.json('ready')
    await daemon.drawn('last', 2)
    await daemon.json('pause')
    const [job] = await daemon.until(['show', 'last'], ([paused]) => paused?.['status'] === 'paused')
    return secondsLeftOf(job)
  }

  const timeLeftAt = async (speed: string) =>
    Number((await daemon.json('adjust', '--speed', speed))[0]?.['secondsLeft'])

  async function cancelPlot(): Promise<void> {
    await daemon.json('adjust')
    await daemon.json('cancel', 'last', '--yes')
    await daemon.linked()
    await daemon.until(['plotters'], ([fast]) => fast?.['job'] === undefined)
  }

  it('gets the same time left after setting the same speed again in a pause', async () => {
    const reported = await pausedPlot('1 lines')
    const first = await timeLeftAt('50')
    expect(first).toBeGreaterThan(1.1 * reported)
    await daemon.until(['show', 'last'], ([job]) => secondsLeftOf(job) > 1.1 * reported)
    expect(Math.abs((await timeLeftAt('50')) - first)).toBeLessThan(0.1 * first)
    await cancelPlot()
  })

  it('gets a time left that includes the speed in the name of a layer', async () => {
    const reported = await pausedPlot('1+S25 lines')
    expect(Math.abs((await timeLeftAt('100')) - reported)).toBeLessThan(0.1 * reported)
    await cancelPlot()
  })

  it('gets the names of the plotters when the named plotter does not exist', async () => {
    const { code, err } = await daemon.run(['ready', 'slow'])
    expect(code).toBe(5)
    expect(err).toContain('fast')
  })

  it('cannot pause a plotter that does not draw: exit code 6', async () => {
    expect((await daemon.run(['pause'])).code).toBe(6)
  })
})
