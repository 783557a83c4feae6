import { afterAll, describe, expect, it, vi } from 'vitest'
import { adjust } from '../../../clients/cli/commands/adjust.ts'
import { batch } from '../../../clients/cli/commands/batch.ts'
import { retry } from '../../../clients/cli/commands/jobs.ts'
import { spool } from '../../../clients/cli/commands/spool.ts'
import type { Io } from '../../../clients/cli/io/io.ts'
import { inkOnPaper } from '../../../clients/cli/ui/sentences.ts'
import { cardWords } from '../../../clients/web/src/queue/figures.ts'
import * as daemon from '../../../src/daemon/main.ts'
import { reportWarnings } from '../../../src/daemon/render/figures.ts'
import { textNotes } from '../../../src/tasks/index.ts'
import { wireJob, wirePlotter } from '../../support/wire.ts'

const moving = vi.spyOn(daemon, 'moveState')
moving.mockImplementation(async (_, known) => ({ jobs: 3, known: Number(known), keys: 0, backup: 'spool.old' }))
afterAll(() => moving.mockRestore())

/** Runs a command whose calls to the daemon have these answers. @returns the sentences that it prints */
async function sentencesOf(run: (io: Io) => Promise<unknown>, answers: Readonly<Record<string, unknown>>) {
  const printed: string[] = []
  const same = (text: string) => text
  const io = {
    ...{ paint: { bold: same }, notePaint: { dim: same } },
    daemon: { call: async (method: string) => answers[method] },
    note: (...lines: readonly string[]) => void printed.push(...lines),
    answer: (_: unknown, words: () => string | readonly string[]) => void printed.push(...[words()].flat()),
  }
  await run(io as unknown as Io)
  return printed
}

describe('the words with a number', () => {
  it.each([
    ['hold', 'batch.hold', 1, '1 card of xmas is held.'],
    ['hold', 'batch.hold', 2, '2 cards of xmas are held.'],
    ['release', 'batch.release', 1, '1 card of xmas was released.'],
    ['top', 'batch.move', 1, '1 card of xmas is drawn next.'],
  ])('agree with it in the answer to `plotd batch xmas %s`: %s, %i', async (act, method, changed, expected) => {
    const args = { name: 'xmas', act, columns: 4 } as unknown as Parameters<typeof batch.run>[0]
    const answers = { [method]: { changed, batch: { name: 'xmas' } } }
    expect(await sentencesOf((io) => Promise.resolve(batch.run(args, io)), answers)).toEqual([expected])
  })

  it('have a comma in each number above 999 in the answer to `plotd batch xmas`', async () => {
    const counts = {
      cards: 4999,
      done: 1234,
      left: 3765,
      held: 1000,
      spoiled: 0,
      failed: 0,
      canceled: 0,
      interrupted: 0,
    }
    const batchXmas = { name: 'xmas', ...counts, inkMm: 0, drawnSeconds: 0, inkLeftMm: 0, secondsLeft: 60 }
    const answers = { 'batch.get': batchXmas, 'batch.cards': { cards: [] } }
    const args = { name: 'xmas', columns: 4 } as unknown as Parameters<typeof batch.run>[0]
    const [sentence] = await sentencesOf((io) => Promise.resolve(batch.run(args, io)), answers)
    expect(sentence).toBe('xmas: 1,234 of 4,999 cards drawn, 3,765 left; 1,000 held.')
  })

  it.each([
    [1, 'About 1 s is left.'],
    [12, 'About 12 s are left.'],
    [62, 'About 1 min is left.'],
    [3600, 'About 1 h is left.'],
    [3700, 'About 1 h 2 min are left.'],
  ])('agree with it in the time left of `plotd adjust`: %i s', async (secondsLeft, expected) => {
    const plotter = { ...wirePlotter({ is: 'plotting', job: 'J1' }), adjusted: { penUpPercent: 60 } }
    const job = wireJob('J1', { progress: { phase: 'plot', done: 1, of: 2, secondsLeft } })
    const answers = { 'plotter.list': [plotter], 'plotter.adjust': plotter, 'job.get': job }
    const args = { 'pen-up': 60 } as unknown as Parameters<typeof adjust.run>[0]
    const [sentence] = await sentencesOf((io) => Promise.resolve(adjust.run(args, io)), answers)
    expect(sentence).toContain(expected)
  })

  it.each([
    [{ done: 1 }, '1 of 40 strokes is on paper'],
    [{ done: 12 }, '12 of 40 strokes are on paper'],
    [{ done: 1, begun: 2 }, '1 of 40 strokes, and perhaps 1 more are on paper'],
    [{ done: 0, begun: 0, copiesDone: 1 }, '1 whole sheet is on paper'],
    [{ done: 1, begun: 1, copiesDone: 1 }, '1 whole sheet and 1 of 40 strokes of the next are on paper'],
    [{ done: 40, begun: 40, copiesDone: 1 }, '2 whole sheets are on paper'],
  ])('agree with it in the ink of a job: %j', (progress, expected) => {
    const job = wireJob('J1', { touched: true, progress: { phase: 'plot', of: 40, ...progress } })
    expect(inkOnPaper(job)).toBe(expected)
  })

  it.each([
    [1, 2, '1 of 3 copies is complete and left out; the job now draws 2 copies'],
    [2, 1, '2 of 3 copies are complete and left out; the job now draws 1 copy'],
  ])('agree with it in the note of `plotd retry`: %i complete', async (complete, left, expected) => {
    const spent = { inkMm: 9, drawnSeconds: 1, copies: complete }
    const answers = { 'job.retry': wireJob('J1', { plot: { plotter: 'any', copies: left }, spent }) }
    const args = { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' } as unknown as Parameters<typeof retry.run>[0]
    const sentences = await sentencesOf((io) => Promise.resolve(retry.run(args, io)), answers)
    expect(sentences.at(-1)).toBe(`Note: ${expected}`)
  })

  it.each([
    ['1', '3 jobs moved (1 was there from an earlier try)'],
    ['2', '3 jobs moved (2 were there from an earlier try)'],
  ])('agree with it in the answer to `plotd spool migrate`: %s known', async (to, expected) => {
    const args = { to } as unknown as Parameters<typeof spool.run>[0]
    const [sentence] = await sentencesOf((io) => Promise.resolve(spool.run(args, io)), {})
    expect(sentence).toContain(expected)
  })

  it.each([
    [1, 'row 17: finished'],
    [2, 'row 17: finished, 2nd time'],
    [3, 'row 17: finished, 3rd time'],
    [11, 'row 17: finished, 11th time'],
    [21, 'row 17: finished, 21st time'],
    [22, 'row 17: finished, 22nd time'],
    [112, 'row 17: finished, 112th time'],
  ])('agree with it in the ordinal number of a card’s attempt, on the page: %i', (attempt, expected) => {
    expect(cardWords({ row: 17, status: 'finished', attempt })).toBe(expected)
  })

  it.each([
    [1, '1 stroke is shorter than the limit and left out'],
    [2, '2 strokes are shorter than the limit and left out'],
  ])('agree with it in the warning of strokes that a plan drops: %i', (strokes, expected) => {
    const report = { clippedMm: 0, dropped: { strokes }, strokes: 5, estimate: { penDownMm: 9 } }
    const warnings = reportWarnings(report as unknown as Parameters<typeof reportWarnings>[0])
    expect(warnings.map(({ message }) => message)).toEqual([expected])
  })

  it.each([
    [1, '1 dot lies outside the page or its margins and is left out'],
    [2, '2 dots lie outside the page or its margins and are left out'],
  ])('agree with it in the warning of dots that a plan cuts off: %i', (clippedDots, expected) => {
    const report = { clippedMm: 0, clippedDots, dropped: { strokes: 0 }, strokes: 5, estimate: { penDownMm: 9 } }
    const warnings = reportWarnings(report as unknown as Parameters<typeof reportWarnings>[0])
    expect(warnings.map(({ message }) => message)).toEqual([expected])
  })

  it.each([
    ['abcdefghi', /character 9\) is drawn as a similar character, too$/],
    ['abcdefghij', / are drawn as similar characters, too$/],
  ])('agree with it in the note about substituted characters after the first eight: %s', (letters, expected) => {
    const text = Array.from(letters, (letter) => `${letter}\u0336`).join('')
    const notes = textNotes([{ field: 'text', text, font: 'EMSReadability', strict: false }])
    expect(notes.at(-1)?.message).toMatch(expected)
  })
})
