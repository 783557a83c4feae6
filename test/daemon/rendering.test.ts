import { readFile, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { readSvg } from '../../src/svg/index.ts'
import { ended, type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { spiral } from '../support/memory-server.ts'

let plotd: StartedDaemon
beforeAll(async () => {
  plotd = await startedDaemon()
})
afterAll(() => plotd.close())

const done = (id: string) => ended(plotd.client, id)

describe('a job that only renders', () => {
  it('ends as an SVG in the output folder, with its figures', async () => {
    const { id } = await plotd.client.submit({ task: 'pattern', params: spiral, output: 'spirals/one' })
    const { status, result } = await done(id)
    expect(status).toBe('finished')
    expect(result).toMatchObject({ widthMm: 60, heightMm: 60, strokes: 1, lifts: 1, warnings: [] })
    const svg = await readFile(join(plotd.config.output, result?.path ?? ''), 'utf8')
    expect(readSvg(svg).drawing.width).toBeCloseTo(60)
    expect(Buffer.from(await plotd.client.output(result?.path ?? '')).toString()).toBe(svg)
  })

  it('never overwrites the file of another job with the same path', async () => {
    const job = { task: 'pattern', output: 'same.svg' }
    const small = await plotd.client.submit({ ...job, params: spiral })
    const large = await plotd.client.submit({ ...job, params: { ...spiral, width: 90 } })
    const paths = [(await done(small.id)).result?.path, (await done(large.id)).result?.path]
    expect(paths).toEqual(['same.svg', 'same-2.svg'])
  })

  it('is refused when its path leads out of the output folder', async () => {
    const request = plotd.client.submit({ task: 'pattern', params: spiral, output: '../outside.svg' })
    await expect(request).rejects.toMatchObject({ code: 'ERR_OUTPUT_PATH' })
  })

  it('fails with the reason when a link in its path leads out of the output folder', async () => {
    await symlink(plotd.folder, join(plotd.config.output, 'away'))
    const { id } = await plotd.client.submit({ task: 'pattern', params: spiral, output: 'away/outside.svg' })
    expect(await done(id)).toMatchObject({ status: 'failed', error: { code: 'ERR_OUTPUT_PATH' } })
    await expect(stat(join(plotd.folder, 'outside.svg'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is still there after a restart', async () => {
    const { id } = await plotd.client.submit({ task: 'pattern', params: spiral, hold: true })
    await plotd.restart()
    expect(await plotd.client.call('job.get', { id })).toMatchObject({ status: 'held', params: spiral })
    await plotd.client.call('job.release', { id })
    expect((await done(id)).status).toBe('finished')
  })
})

it('a job for a plotter that is not there is refused at once', async () => {
  const request = plotd.client.submit({ task: 'pattern', params: spiral, plot: { plotter: 'axi' } })
  await expect(request).rejects.toMatchObject({ code: 'ERR_PLOTTER_UNKNOWN' })
})

describe('a preview', () => {
  it('shows what would be drawn without queueing it', async () => {
    const before = (await plotd.client.call('job.list', {})).total
    const preview = await plotd.client.call('preview.render', { task: 'pattern', params: spiral })
    expect(preview).toMatchObject({ widthMm: 60, strokes: 1 })
    expect(preview.svg).toContain('<svg')
    expect((await plotd.client.call('job.list', {})).total).toBe(before)
  })

  it('refuses a profile that is not there', async () => {
    const request = plotd.client.call('preview.render', { task: 'pattern', params: spiral, profile: 'axi' })
    await expect(request).rejects.toMatchObject({ code: 'ERR_PROFILE_INVALID' })
  })

  const penned = (pen: number, at: number) =>
    `<g inkscape:groupmode="layer" inkscape:label="${pen} pen${pen}"><path d="M${at},10h10" stroke="#000"/></g>`
  const twoPens = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
    width="60mm" height="40mm" viewBox="0 0 60 40" fill="none">${penned(1, 5)}${penned(2, 40)}</svg>`
  const see = (plot: object) =>
    plotd.client.call('preview.render', { task: 'svg', params: { svg: twoPens }, plot: { plotter: 'any', ...plot } })

  it('shows the sheet: the chosen layers on the chosen page, and all layers to choose from', async () => {
    const preview = await see({ layers: [2], pageSize: 'a6', options: { landscape: true, margin: 10, fit: 'page' } })
    expect(preview).toMatchObject({ widthMm: 148, heightMm: 105, strokes: 1, penDownMm: 28.44 })
    expect(preview.layers.map(({ name, pen, strokes }) => [name, pen, strokes])).toEqual([
      ['pen1', 1, 1],
      ['pen2', 2, 1],
    ])
    expect(preview.svg).toContain('width="148mm"')
    expect(preview.svg.match(/<path/g)).toHaveLength(1)
  })

  it('gives the times of the drawn layers, which add up to at most the whole time', async () => {
    const { layers, estimateSeconds } = await see({})
    const seconds = layers.map(({ seconds = 0 }) => seconds)
    expect(Math.min(...seconds)).toBeGreaterThan(0)
    expect(seconds.reduce((all, each) => all + each)).toBeLessThanOrEqual(estimateSeconds)
    expect((await see({ layers: [2] })).layers.map(({ seconds }) => seconds !== undefined)).toEqual([false, true])
  })

  it('counts the strokes of a drawn layer after they are joined, as it counts all strokes', async () => {
    const svg = twoPens.replace('h10', 'h10M15,10h10')
    const { strokes, layers } = await plotd.client.call('preview.render', {
      task: 'svg',
      params: { svg },
      plot: { plotter: 'any' },
    })
    expect([strokes, ...layers.map((layer) => layer.strokes)]).toEqual([2, 1, 1])
  })

  it('gives the length and the time of repeated ink, and whether it is left out', async () => {
    const svg = twoPens.replace(penned(2, 40), penned(1, 5) + penned(1, 5))
    const twice = (options: Record<string, unknown>) =>
      plotd.client.call('preview.render', { task: 'svg', params: { svg }, plot: { plotter: 'any', options } })
    const { repeats, warnings } = await twice({})
    expect(repeats).toMatchObject({ mm: 20, removed: false })
    expect(repeats.seconds).toBeGreaterThan(0)
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'repeated', message: expect.stringMatching(/20\.0 mm .* take \d+ s/) }),
    )
    expect((await twice({ once: true })).repeats).toMatchObject({ removed: true })
  })

  it('reports, before ink, the parts that the machine cannot reach', async () => {
    const { warnings } = await see({ pageSize: 'a2', options: { fit: 'page' } })
    expect(warnings[0]).toMatchObject({ code: 'out-of-reach', message: expect.stringContaining('at the right by') })
    expect((await see({})).warnings.map(({ code }) => code)).not.toContain('out-of-reach')
  })

  it('is refused when an option is invalid, and the error names the option or its value', async () => {
    const refused = (code: string, word: string) => ({ code, message: expect.stringContaining(word) })
    const wide = { options: { margin: 90 }, pageSize: 'a6' }
    await expect(see(wide)).rejects.toMatchObject(refused('ERR_PARAMS', 'margin'))
    await expect(see({ pageSize: 'a77' })).rejects.toMatchObject(refused('ERR_PARAMS', 'a77'))
    await expect(see({ plotter: 'nobody' })).rejects.toMatchObject(refused('ERR_PLOTTER_UNKNOWN', 'nobody'))
  })
})

describe('a state folder', () => {
  it('belongs to one daemon', async () => {
    const { startDaemon } = await import('../../src/daemon/daemon.ts')
    const { pino } = await import('pino')
    const second = startDaemon(plotd.config, pino({ level: 'silent' }))
    await expect(second).rejects.toMatchObject({ code: 'ERR_STATE_LOCKED' })
  })

  it('holds a token in a file that only the owner of the file can read', async () => {
    const { mode } = await stat(join(plotd.config.state, 'token'))
    expect(mode & 0o777).toBe(0o600)
  })
})

describe('the limits of an SVG', () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="50mm">${'<rect width="9" height="9"/>'.repeat(40)}</svg>`

  it('come from the configuration: a file beyond a limit is refused with the name of the limit', async () => {
    const small = await startedDaemon({ svg: { elements: 20 } })
    onTestFinished(() => small.close())
    await expect(small.client.submit({ task: 'svg', params: { svg } })).rejects.toMatchObject({
      code: 'ERR_SVG_LIMIT',
      message: 'the SVG has more than 20 elements',
    })
  })

  it('do not affect usual files', async () => {
    const { id } = await plotd.client.submit({ task: 'svg', params: { svg } })
    expect((await done(id)).status).toBe('finished')
  })
})
