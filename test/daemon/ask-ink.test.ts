import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Params, WireJob } from '../../src/daemon/protocol/index.ts'
import { strokeCount } from '../../src/geometry/drawing.ts'
import { type RunningSimulator, runSimulator } from '../../src/plotter/simulators/index.ts'
import { ended, type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { until } from '../support/until.ts'

const LINES = [0, 1, 2].map((i) => `<path d="M5 ${5 + 3 * i}H20" fill="none" stroke="black"/>`)
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">${LINES.join('')}</svg>`
const quick = { base: 'axidraw-v3', pen: { raiseMs: 40, lowerMs: 40 }, down: { speed: 60 } }

describe('a plot that is requested for a finished job', () => {
  let board: RunningSimulator
  let plotd: StartedDaemon
  beforeAll(async () => {
    board = await runSimulator('ebb', { tcp: 0, speed: 20 })
    plotd = await startedDaemon({ plotters: [{ name: 'axi', url: `${board.url}?speed=20`, profile: quick }] })
    await until(async () => (await plotd.client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
  })
  afterAll(async () => {
    await plotd.close()
    await board.close()
  })

  const rendered = async (more: Partial<Params<'job.submit'>> = {}): Promise<WireJob> => {
    const { id } = await plotd.client.submit({ task: 'svg', params: { svg, name: 'lines' }, ...more })
    return ended(plotd.client, id)
  }
  const plot = (params: Params<'job.plot'>) => plotd.client.call('job.plot', params)
  const refusal = (code: string) => ({ code })

  it('waits for a grant, also after a restart, draws the SVG of record, and cannot be requested twice', async () => {
    const { id, result } = await rendered()
    const file = join(plotd.config.output, result?.path ?? '')
    const edited = (await readFile(file, 'utf8')).replace('</svg>', '<path d="M5 30H20" stroke="black"/></svg>')
    await writeFile(file, edited)
    const [request] = await plot({ ids: [id], plot: { copies: 1 } })
    const sha256 = createHash('sha256').update(edited).digest('hex')
    expect(request).toMatchObject({ id, status: 'rendered', plot: { plotter: 'any' }, result: { strokes: 4, sha256 } })
    expect(request).not.toHaveProperty('endedAt')
    await plotd.restart()
    await until(async () => (await plotd.client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
    expect(strokeCount(board.board.ink.strokes())).toBe(0)
    expect(await plotd.client.call('job.get', { id })).toMatchObject({ status: 'rendered', touched: false })
    await plotd.client.call('plotter.ready', { name: 'axi', job: id })
    expect(await ended(plotd.client, id)).toMatchObject({ status: 'finished', touched: true })
    expect(strokeCount(board.board.ink.strokes())).toBe(4)
    await expect(plot({ ids: [id] })).rejects.toMatchObject(refusal('ERR_JOB_STATE'))
    expect(await readFile(file, 'utf8')).toBe(edited)
  })

  it('has the losses on the requested page as warnings, and is refused when `strict` is set', async () => {
    const { id } = await rendered()
    const small = { pageSize: '10x10mm' }
    const [checked] = await plot({ ids: [id], plot: small, dryRun: true })
    expect(checked?.result?.warnings).toMatchObject([{ code: 'clipped', kind: 'loss' }])
    await expect(plot({ ids: [id], plot: { ...small, strict: true } })).rejects.toMatchObject(refusal('ERR_STRICT'))
    expect(await plotd.client.call('job.get', { id })).toMatchObject({ status: 'finished' })
    const [fits] = await plot({ ids: [id], plot: { pageSize: '20x20mm', fit: true } })
    expect(fits?.result).toMatchObject({ widthMm: 20, heightMm: 20, warnings: [] })
    await plotd.client.call('job.cancel', { id })
  })

  it('has the task’s warnings about the text, and is refused when `strict` is set', async () => {
    const { id, result } = await rendered({ task: 'text', params: { text: 'Hello 🎂' } })
    const [checked] = await plot({ ids: [id], dryRun: true })
    expect(checked?.result?.warnings).toEqual(result?.warnings)
    expect(checked?.result?.warnings).toMatchObject([{ code: 'missing-glyph' }])
    await expect(plot({ ids: [id], plot: { strict: true } })).rejects.toMatchObject(refusal('ERR_STRICT'))
  })

  it('is refused for all jobs of a call when one is refused, and the error names that job', async () => {
    const [one, two] = [await rendered(), await rendered({ params: { svg, name: 'lost' } })]
    const ids = [one.id, two.id]
    await rm(join(plotd.config.output, two.result?.path ?? ''))
    await expect(plot({ ids })).rejects.toMatchObject({ code: 'ERR_FILE', detail: { id: two.id } })
    await expect(plot({ ids: [one.id, 'none'] })).rejects.toMatchObject(refusal('ERR_JOB_UNKNOWN'))
    expect(await plotd.client.call('job.get', { id: one.id })).toMatchObject({ status: 'finished' })
    const three = await rendered()
    const request = await plot({ ids: [three.id, one.id, three.id], plot: { plotter: 'axi' } })
    expect(request.map(({ id }) => id)).toEqual([three.id, one.id])
    for (const { id } of request) await plotd.client.call('job.cancel', { id })
  })

  it('is refused for a wrong plotter, layer, page or option', async () => {
    const { id } = await rendered()
    const codes = [
      [{ plotter: 'nobody' }, 'ERR_PLOTTER_UNKNOWN'],
      [{ layers: ['red'] }, 'ERR_PARAMS'],
      [{ pageSize: '900x900mm', fit: true }, 'ERR_PLAN_OUT_OF_BOUNDS'],
      [{ options: { speedPercent: -1 } }, 'ERR_PARAMS'],
      [{ options: { speedPercent: 0 } }, 'ERR_PARAMS'],
      [{ options: { penDownPercent: 101 } }, 'ERR_PARAMS'],
      [{ options: { pace: 0 } }, 'ERR_PARAMS'],
    ] as const
    for (const [request, code] of codes) {
      await expect(plot({ ids: [id], plot: request })).rejects.toMatchObject(refusal(code))
    }
    expect(await plotd.client.call('job.get', { id })).toMatchObject({ status: 'finished' })
  })
})
