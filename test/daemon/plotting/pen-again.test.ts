import { describe, expect, it } from 'vitest'
import { PenBook } from '../../../src/daemon/plotting/pen-book.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { shortMemory } from '../../../src/plotter/session/memory.ts'
import type { Job } from '../../../src/spool/job.ts'
import { planOf } from '../../support/bench.ts'

/** A plan with these layers, each with one stroke. */
const planWith = (...layers: readonly (readonly [pen: number, name: string])[]) =>
  planOf({
    ...drawingOf(strokesOf(...layers.map((_, i) => [10, 10 * i, 50, 10 * i])), 100, 100),
    layers: layers.map(([pen, name], first) => ({ name, pen, first, count: 1, options: {} })),
  })
const twoPens = planWith([1, 'black'], [2, 'red'])
const FINISHED = { is: 'finished', seconds: 1 } as const

function newBook(isCarousel = false, isGateOff = false, memory = shortMemory()) {
  const pens = [{ name: 'marine', color: 'blue', rules: [] }]
  const parts = { pens, memory, plans: '', job: async () => undefined, changed: () => {} }
  const book = new PenBook({ ...parts, isCarousel, isGateOff })
  const begin = (plan: typeof twoPens, copy = 0) =>
    book.begin({ id: 'job' } as Job, plan, { stroke: 0, mm: 0 }, copy).then(() => book.request(0))
  /** Draws a sheet to its end, or cancels it before the stroke `cut`. */
  const draw = async (plan: typeof twoPens, cut?: number) => {
    await begin(plan)
    const last = cut ?? plan.starts.length - 2
    for (let stroke = 0; stroke <= last; stroke++) book.request(stroke)
    await book.end(cut === undefined ? FINISHED : { is: 'canceled', executed: cut, begun: cut }, undefined)
  }
  return { book, begin, draw }
}

describe('a sheet after a sheet with several pens', () => {
  it('asks once for the first pen when it has the same pens, as a copy has', async () => {
    const { book, begin, draw } = newBook()
    expect(await begin(twoPens)).toBeUndefined()
    await draw(twoPens)
    const change = await begin(twoPens, 1)
    expect(change).toMatchObject({ prompt: 'put in pen 1 (black)', isPen: true })
    await change?.done()
    expect(book.request(0)).toBeUndefined()
    await draw(twoPens)
    await book.put(1, 'blue', 0)
    expect(await begin(twoPens)).toBeUndefined()
  })

  it('asks for no pen after a new `ready`, because the user then sees the pen in the holder', async () => {
    const { book, begin, draw } = newBook()
    await draw(twoPens)
    book.trustHolder()
    expect(await begin(twoPens)).toBeUndefined()
  })

  it('asks for the first pen also when a sheet between the two was canceled before its first stroke', async () => {
    const { begin, draw } = newBook()
    await draw(twoPens)
    await draw(twoPens, 0)
    expect(await begin(twoPens)).toBeDefined()
  })

  it('asks for the first pen after a sheet that was canceled at the change to its second pen, not after one canceled before its first stroke', async () => {
    const { begin, draw } = newBook()
    await draw(twoPens, 1)
    expect(await begin(twoPens)).toBeDefined()
    const other = newBook()
    await other.draw(twoPens, 0)
    expect(await other.begin(twoPens)).toBeUndefined()
  })

  it.each([
    ['its layers have other names', planWith([1, 'sky'], [2, 'sea']), false],
    ['it begins with the pen in the holder', planWith([2, 'red'], [1, 'black']), false],
    ['the plotter has a carousel', twoPens, true],
  ])('asks for no pen when %s', async (_, plan, isCarousel) => {
    const { begin, draw } = newBook(isCarousel)
    await draw(twoPens)
    expect(await begin(plan)).toBeUndefined()
  })
})

describe('a sheet after a start, on a plotter with its gate off', () => {
  it('asks once for the first pen of a drawing with several pens', async () => {
    const { book, begin } = newBook(false, true)
    const change = await begin(twoPens)
    expect(change).toMatchObject({ prompt: 'put in pen 1 (black)', isPen: true })
    await change?.done()
    expect(book.request(0)).toBeUndefined()
  })

  it.each([
    ['a sheet that was canceled before its first stroke', twoPens, 0],
    ['a drawing with one pen, for which the user saw no prompt', planWith([1, 'black']), undefined],
  ])('asks for the first pen also after %s', async (_, plan, cut) => {
    const { begin, draw } = newBook(false, true)
    await draw(plan, cut)
    expect(await begin(twoPens)).toBeDefined()
  })

  it('asks for the first pen also after a plot that was canceled before it went on with a begun stroke', async () => {
    const { book, begin } = newBook(false, true)
    await book.begin({ id: 'job' } as Job, twoPens, { stroke: 0, mm: 5 }, 0, true)
    await book.end({ is: 'canceled', executed: 0, begun: 1 }, undefined)
    expect(await begin(twoPens)).toBeDefined()
  })

  it.each([planWith([1, 'sky']), planWith([1, 'sky'], [2, 'sea'])])(
    'asks for the first pen of any other drawing, when the last sheet left another pen in the holder',
    async (plan) => {
      const { begin, draw } = newBook(false, true)
      await draw(twoPens)
      expect(await begin(plan)).toMatchObject({ prompt: 'put in pen 1 (sky)' })
      expect(await begin(planWith([2, 'sea']))).toBeUndefined()
    },
  )

  it.each([planWith([1, 'black']), planWith([2, 'red'])])(
    'asks for the first pen after a sheet that was canceled at the change to its second pen, which may be in the holder',
    async (plan) => {
      const { begin, draw } = newBook(false, true)
      await draw(twoPens, 1)
      expect(await begin(plan)).toBeDefined()
    },
  )

  it('asks for a pen with a name also when the drawing has one pen, if another pen with a name is in the holder', async () => {
    const memory = shortMemory()
    const { book } = newBook(false, true, memory)
    await book.put(1, 'blue', 0)
    await book.put(2, 'gold', 0)
    expect(await newBook(false, true, memory).begin(planWith([2, 'red']))).toBeUndefined()
    const { begin, draw } = newBook(false, true, memory)
    expect(await begin(planWith([1, 'black']))).toMatchObject({ prompt: 'put in pen 1 (marine, black)' })
    await draw(planWith([2, 'red']))
    expect(await begin(planWith([1, 'black']))).toBeDefined()
  })

  it('asks for no pen in each of these cases: a drawing with one pen, a `ready` before, a known pen, a carousel', async () => {
    expect(await newBook(false, true).begin(planWith([1, 'black']))).toBeUndefined()
    const seen = newBook(false, true)
    seen.book.trustHolder()
    expect(await seen.begin(twoPens)).toBeUndefined()
    const memory = shortMemory()
    await newBook(false, true, memory).book.put(1, 'blue', 0)
    expect(await newBook(false, true, memory).begin(twoPens)).toBeUndefined()
    const carousel = newBook(true, true)
    expect(await carousel.begin(twoPens)).toBeUndefined()
  })
})
