import { describe, expect, it, vi } from 'vitest'
import type { Io } from '../../../../clients/cli/io/io.ts'
import { cutIn, resumeOptions } from '../../../../clients/cli/jobs/resume-options.ts'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'

const job = { id: 'j', title: 'Ada', reason: { code: 'restart', message: 'plotd was killed' } } as WireJob
const nothing = { redraw: false, skip: false, continue: false } as const
const noFlags = { ...nothing, from: undefined, back: undefined, 'back-mm': undefined, on: undefined }

/** A command line without a terminal, whose daemon answers that the plot stopped at `place`. */
function script(place: { first: number; last: number; of: number; drawnMm?: number }): Io {
  const call = vi.fn(async () => place)
  const parts: Partial<Io> = { isInteractive: false, daemon: { call } as unknown as Io['daemon'] }
  return parts as Io
}

describe('the options of `plotd resume`', () => {
  const doubt = script({ first: 3, last: 6, of: 40 })

  it.each([
    ['--from 1', { from: 1 }, { from: 0 }],
    ['--from 40', { from: 40 }, { from: 39 }],
    ['--from 9 --back 2', { from: 9, back: 2 }, { from: 8, strokes: -2 }],
    ['--redraw', { redraw: true }, { cut: 'redraw' }],
    ['--skip --back-mm 3', { skip: true, 'back-mm': 3 }, { cut: 'skip', mm: -3 }],
  ])('become parameters of the call to the daemon, which counts strokes from 0: %s', async (_, flags, how) => {
    expect(await resumeOptions(job, { ...noFlags, ...flags }, doubt)).toEqual(how)
  })

  it.each([0, -4, 1.5, Number.NaN])('refuse --from %s, which names no stroke', async (from) => {
    await expect(resumeOptions(job, { ...noFlags, from }, doubt)).rejects.toThrow(/no stroke .*counted 1, 2, 3/)
  })

  it('permit the number after the last stroke, refuse a greater one, and name the stroke as the user typed it', async () => {
    const cutJob = { ...job, progress: { phase: 'plot', done: 3, of: 40 } } as WireJob
    expect(await resumeOptions(cutJob, { ...noFlags, from: 41 }, doubt)).toEqual({ from: 40 })
    const refused = resumeOptions(cutJob, { ...noFlags, from: 42 }, doubt)
    await expect(refused).rejects.toThrow('There is no stroke 42: the plot has 40')
  })

  it.each([
    [{ redraw: true, skip: true }, '--redraw or --skip'],
    [{ redraw: true, from: 5 }, '--redraw or --from'],
    [{ continue: true, from: 5 }, '--continue or --from'],
  ])('are refused when they name two places: %j', async (flags, pair) => {
    const options = resumeOptions(job, { ...noFlags, ...flags }, doubt)
    await expect(options).rejects.toMatchObject({ code: 'ERR_PARAMS', message: `Either ${pair}, not both` })
  })

  it('take --continue only for a known place, and name the other choices in the words of the command line', async () => {
    const known = script({ first: 3, last: 4, of: 40, drawnMm: 7.25 })
    expect(await resumeOptions(job, { ...noFlags, continue: true }, known)).toEqual({ cut: 'continue' })
    const refused = resumeOptions(job, { ...noFlags, continue: true }, doubt)
    await expect(refused).rejects.toThrow('strokes 4 to 6 of 40. Look at the sheet, then choose --redraw, --skip or')
  })

  it('take an answer by its letter or its whole word, so that `stop` and `cancel` draw nothing', () => {
    expect(['r', 'redraw', 's', 'skip', 'c', 'continue'].map(cutIn)).toEqual([
      ...['redraw', 'redraw', 'skip', 'skip', 'continue', 'continue'],
    ])
    expect(['stop', 'cancel', 'return', 'sk', ''].map(cutIn)).toEqual(Array(5).fill(undefined))
  })

  it('are not needed when no stroke was cut', async () => {
    expect(await resumeOptions(job, noFlags, script({ first: 6, last: 6, of: 40 }))).toEqual({})
  })

  it.each([
    ['several strokes', { first: 3, last: 6, of: 40 }, 'somewhere in strokes 4 to 6 of 40', '--redraw, --skip or'],
    ['one stroke', { first: 3, last: 4, of: 40 }, 'in stroke 4 of 40', '--redraw, --skip or'],
    [
      'a known place',
      { first: 3, last: 4, of: 40, drawnMm: 7.25 },
      'in stroke 4 of 40, after 7.3 mm of it',
      '--redraw, --skip, --continue or',
    ],
  ])('are required without a terminal, and the error counts strokes from 1: %s', async (_, place, where, choices) => {
    const message = `Job j (Ada) was cut ${where}. Look at the sheet, then choose ${choices} --from STROKE`
    await expect(resumeOptions(job, noFlags, script(place))).rejects.toThrow(message)
  })
})
