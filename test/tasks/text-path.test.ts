import { describe, expect, it } from 'vitest'
import { prepareJob, render } from '../../src/tasks/index.ts'
import { GUIDES, guideFor } from '../../src/tasks/text/guide.ts'
import { inkOf } from './support/ink.ts'

const page = (svg: string) => (/width="([\d.]+)mm" height="([\d.]+)mm"/.exec(svg)?.slice(1) ?? []).map(Number)
const prepare = (params: object) => () => prepareJob('text', params)
const messageLike = (message: RegExp) =>
  expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringMatching(message) })
const TEXT = 'Quite a few yonder hills fly by, Ådå'

/** White left on each side, mm. */
function whiteAround(svg: string): number[] {
  const [width = 0, height = 0] = page(svg)
  const { minX, minY, maxX, maxY } = inkOf(svg).bounds
  return [minX, minY, width - maxX, height - maxY]
}

describe.each(['arc', 'valley', 'circle', 'wave', 'spiral'])('text along the path %s', (path) => {
  it.each([0, 1])('is drawn with all its letters inside the margin, with an unevenness of %d', async (hand) => {
    for (const font of ['EMSAllure', 'rowmans']) {
      const { svg } = await render('text', { text: TEXT, path, font, hand, size: 4 })
      expect(Math.min(...whiteAround(svg))).toBeGreaterThan(9.99)
      const straight = inkOf((await render('text', { text: TEXT, font, hand, size: 4 })).svg)
      expect(inkOf(svg).strokes).toBe(straight.strokes)
    }
  })

  it('fills the width or the height of a sheet that it is fitted to, and warns when the letters become small', async () => {
    const { svg } = await render('text', { text: TEXT, path, width: 150, height: 110, fit: true })
    const white = whiteAround(svg)
    expect(Math.min(...white)).toBeGreaterThan(9.99)
    expect(Math.min(...white)).toBeLessThan(14)
    const job = { text: TEXT.repeat(2), path, width: 80, height: 60, fit: true }
    expect(prepareJob('text', job).warnings).toMatchObject([
      { code: 'text-fit', message: expect.stringMatching(/^text: its small letters are .* to fit the sheet/) },
    ])
  })

  it('is refused with fit for a sheet without a size, and the error names what is missing', () => {
    const sheet = 'width and height of the sheet that the text must fit'
    expect(() => prepareJob('text', { text: TEXT, path, fit: true })).toThrow(
      `fit is true, expected either ${sheet}, or SVG path data in \`path\``,
    )
    expect(() => prepareJob('text', { text: TEXT, fit: true })).toThrow(
      expect.objectContaining({ message: `text: fit is true, expected ${sheet}` }),
    )
  })

  it('is refused in a size that does not fit the sheet', () => {
    expect(prepare({ text: TEXT.repeat(9), path, size: 20, width: 100, height: 100 })).toThrow(
      messageLike(/size is 20.*try fit/),
    )
  })
})

it.each(GUIDES)('the path %s has a limited number of points, however long its text is', (name) => {
  expect(guideFor(name, 1e12, 1).length).toBeLessThan(2_000_000)
})

describe('text along a path of the user', () => {
  const line = 'M 20 40 C 50 20, 90 60, 130 40'

  it('stands at the coordinates of its path on a sheet with a size; without a size, the sheet is made around it, with margins', async () => {
    const { bounds } = inkOf((await render('text', { text: 'Over the hills', path: line, width: 150, height: 80 })).svg)
    expect(bounds.minX).toBeGreaterThan(17)
    expect(bounds.minX).toBeLessThan(22)
    expect(bounds.maxY).toBeLessThan(45)
    expect(
      Math.min(...whiteAround((await render('text', { text: 'Over the hills', path: line })).svg)),
    ).toBeGreaterThan(9.99)
  })

  it('stands above its path by `pathOffset`', async () => {
    const top = async (pathOffset: number) =>
      inkOf((await render('text', { text: 'Hill', path: 'M 20 40 H 120', pathOffset, width: 150, height: 80 })).svg)
        .bounds.minY
    expect((await top(0)) - (await top(5))).toBeCloseTo(5, 2)
  })

  it('is refused when its text is longer than the path, unless fit is set', () => {
    const long = { text: TEXT.repeat(3), path: line }
    expect(prepare(long)).toThrow(messageLike(/text is \d+ mm long, the path 11\d mm.*would not be drawn.*try fit/))
    expect(prepareJob('text', { ...long, fit: true }).warnings).toMatchObject([
      {
        code: 'text-fit',
        message: expect.stringMatching(/^text: its small letters are 0\.\d mm high to fit the path/),
      },
    ])
    expect(prepareJob('text', { text: 'Over the hills', path: line, fit: true }).warnings).toEqual([])
  })

  it.each([20, 10, 3, -1, -5])(
    'with `fit`, fills the path, also with a letter spacing of %d mm',
    async (letterSpacing) => {
      for (const size of [0.8, 5, 300]) {
        const job = { text: 'Hello', path: 'M 20 50 H 130', fit: true, letterSpacing, size }
        const { minX, maxX } = inkOf((await render('text', job)).svg).bounds
        // The letters may end before the end of the path, by one space between letters at most.
        expect(maxX - minX).toBeGreaterThan(95 - Math.max(0, letterSpacing))
        expect(maxX - minX).toBeLessThan(116)
      }
    },
  )

  it('is refused with fit when it is too long for the path even in the smallest letters', () => {
    const long = { text: TEXT.repeat(3), path: 'M 0 0 H 5', fit: true }
    expect(prepare(long)).toThrow(messageLike(/expected a text short enough for the path$/))
  })

  it.each([
    ['curcle', /did you mean circle/],
    ['M 10 60 L', /SVG path data/],
    ['M 0 0 L 9 9 M 20 20 L 40 40', /one line, without a second M/],
    ['M 5 5', /one line/],
    ['../../etc/passwd', /SVG path data/],
  ])('is refused when the path is %j', (path, message) => {
    expect(prepare({ text: 'x', path })).toThrow(messageLike(message))
  })

  it('is refused when the path takes the letters into the margin', () => {
    expect(prepare({ text: 'x', path: 'M 0 5 H 50', width: 60, height: 60 })).toThrow(messageLike(/margin of 10 mm/))
  })
})

describe('rotated text', () => {
  it('runs down the sheet at 90 degrees, in lines that fit the height of the sheet', async () => {
    const { svg } = await render('text', { text: 'word '.repeat(12), rotation: 90, height: 60 })
    const [width = 0] = page(svg)
    expect(Math.min(...whiteAround(svg))).toBeGreaterThan(9.99)
    expect(width).toBeGreaterThan(40)
    const { minY, maxY } = inkOf(svg).bounds
    expect(maxY - minY).toBeGreaterThan(30)
  })

  it.each([-20, 45, 90, 180])('fits the sheet at %d degrees', async (rotation) => {
    const { svg } = await render('text', { text: TEXT, rotation, width: 150, height: 80, fit: true })
    expect(Math.min(...whiteAround(svg))).toBeGreaterThan(9.99)
    const { bounds } = inkOf(svg)
    expect(Math.max((bounds.maxX - bounds.minX) / 130, (bounds.maxY - bounds.minY) / 60)).toBeGreaterThan(0.75)
  })

  it('is unchanged after a whole turn', async () => {
    const svgOf = async (rotation: number) => (await render('text', { text: TEXT, rotation })).svg
    expect(await svgOf(360)).toBe(await svgOf(0))
  })
})

it.each([{}, { path: 'M 0 50 H 150' }, { vertical: true }])(
  'tab stops have the requested distance: %j',
  async (job) => {
    const widthOf = async (tabWidth: number) => {
      const { minX, maxX, minY, maxY } = inkOf((await render('text', { text: 'a\tI', tabWidth, ...job })).svg).bounds
      return Math.max(maxX - minX, maxY - minY)
    }
    expect((await widthOf(40)) - (await widthOf(30))).toBeCloseTo(10, 2)
  },
)
