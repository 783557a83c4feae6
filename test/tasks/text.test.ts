import { describe, expect, it } from 'vitest'
import { prepareJob, render } from '../../src/tasks/index.ts'
import { inkOf } from './support/ink.ts'

const page = (svg: string) => /width="([\d.]+)mm" height="([\d.]+)mm"/.exec(svg)?.slice(1).map(Number)

describe('the task text', () => {
  it('makes a larger sheet for a larger text', async () => {
    const small = page((await render('text', { text: 'Hi' })).svg) ?? []
    const large = page((await render('text', { text: 'Hi\nthere, you all', size: 10 })).svg) ?? []
    expect(large[0]).toBeGreaterThan(small[0] ?? Infinity)
    expect(large[1]).toBeGreaterThan(small[1] ?? Infinity)
  })

  it.each(['left', 'center', 'right', 'justify'])('keeps text aligned %s inside the margin', async (align) => {
    const text = 'Jigsaw fjords quiz my glyph box, and Quite a few Yonder hills fly by.'
    for (const font of ['scripts', 'EMSAllure', 'gothiceng', 'rowmans']) {
      const { svg } = await render('text', { text, font, align, width: 120, margin: 15 })
      const [width = 0, height = 0] = page(svg) ?? []
      const { bounds } = inkOf(svg)
      expect(Math.min(bounds.minX, bounds.minY, width - bounds.maxX, height - bounds.maxY), font).toBeGreaterThan(14.99)
    }
  })

  it('fits text to the sheet on request, over more than half of the width of the sheet', async () => {
    const { svg } = await render('text', { text: 'Fit me', width: 150, height: 60, fit: true })
    const { bounds } = inkOf(svg)
    expect(bounds.maxX - bounds.minX).toBeGreaterThan(75)
    expect(Math.max(bounds.maxX - 140, bounds.maxY - 50)).toBeLessThanOrEqual(0.001)
  })

  it.each([0, 10, 90])('warns when a text turned by %d degrees fits its sheet only in small letters', (rotation) => {
    const job = { text: 'a long text '.repeat(200), width: 100, height: 100, fit: true, rotation }
    expect(prepareJob('text', job).warnings).toMatchObject([{ code: 'text-fit' }])
    expect(prepareJob('text', { ...job, text: 'short' }).warnings).toEqual([])
  })

  it('sets vertical text on a sheet of the given height, fits it to a given sheet, and refuses a path', async () => {
    const text = 'コーヒーをのむ。ノートにかく。'
    const [width = 0, height = 0] = page((await render('text', { text, vertical: true, height: 60 })).svg) ?? []
    expect([height, width < 60]).toEqual([60, true])
    const { svg } = await render('text', { text, vertical: true, width: 90, height: 60, fit: true })
    const { bounds } = inkOf(svg)
    expect(bounds.maxX - bounds.minX).toBeGreaterThan(50)
    expect(Math.max(10 - bounds.minX, bounds.maxX - 80, bounds.maxY - 50)).toBeLessThanOrEqual(0.001)
    expect(() => prepareJob('text', { text, vertical: true, path: 'arc' })).toThrow(/vertical is true/)
  })

  it('refuses text that does not fit, and names the size of the sheet that it needs', () => {
    expect(() => prepareJob('text', { text: 'word '.repeat(400), width: 100, height: 50 })).toThrow(
      expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringMatching(/size is 5.*needs 100 × \d+ mm/) }),
    )
  })

  it.each([
    [{ text: '' }, /text is "".*at least 1 character$/],
    [{ text: 'x', margin: 80, width: 100 }, /margin is 80/],
    [{ text: 'x', fit: true }, /fit is true, expected width and height/],
    [{ text: 'x', font: 'scripty' }, /did you mean scripts|did you mean scriptc/],
    [{ text: 'x', sise: 3 }, /did you mean size/],
  ])('refuses %j', (params, message) => {
    expect(() => prepareJob('text', params)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message) }),
    )
  })

  it('divides no character in its title', () => {
    expect(prepareJob('text', { text: `${'a'.repeat(31)}🎈bcd` }).title).toBe(`Text “${'a'.repeat(31)}…”`)
  })

  it('reports missing glyphs, and takes its title and file name from the first words', () => {
    const job = prepareJob('text', { text: 'A very long line of text that a title could not hold 🎈' })
    expect(job.warnings).toContainEqual(expect.objectContaining({ code: 'missing-glyph' }))
    expect(job.title).toBe('Text “A very long line of text that a…”')
    expect(job.output).toBe('texts/text_A-very-long-line-of-text-that-a.svg')
  })

  it('draws handwriting on request, the same for the same seed, and inside the margins with `fit`', async () => {
    const written = async (more: object) => (await render('text', { text: 'Dear Ada,\nhello', ...more })).svg
    const [set, first, again, other] = [
      await written({}),
      await written({ hand: 1 }),
      await written({ hand: 1 }),
      await written({ hand: 1, seed: 2 }),
    ]
    expect(first).toBe(again)
    expect(new Set([set, first, other]).size).toBe(3)
    const { bounds } = inkOf(await written({ hand: 2, width: 60, height: 40, fit: true }))
    expect(bounds.maxX).toBeLessThanOrEqual(50.01)
    expect(bounds.maxY).toBeLessThanOrEqual(30.01)
    expect(Math.min(bounds.minX, bounds.minY)).toBeGreaterThanOrEqual(9.99)
  })

  it('on request breaks a word that is wider than the sheet', async () => {
    const word = { text: 'Donaudampfschifffahrt', width: 60 }
    expect(() => prepareJob('text', word)).toThrow(/try fit/)
    expect(prepareJob('text', { ...word, breakWords: true }).warnings).toEqual([])
  })

  it('draws nothing for text without ink', async () => {
    expect(inkOf((await render('text', { text: '   ' })).svg).strokes).toBe(0)
  })
})
