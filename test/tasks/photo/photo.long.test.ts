import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { at, stroke, strokeCount } from '../../../src/geometry/drawing.ts'
import { lengthTo } from '../../../src/geometry/measure.ts'
import { prepare } from '../../../src/plotter/prepare/index.ts'
import { svgToPng } from '../../../src/svg/index.ts'
import { render } from '../../../src/tasks/index.ts'
import { readHeader } from '../../../src/tasks/photo/header.ts'
import { pictureStrokes } from '../../../src/tasks/photo/index.ts'
import { checkPicture, toneOf } from '../../../src/tasks/photo/tone.ts'

/** White at the left, black at the right. */
const RAMP = await svgToPng(
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><defs><linearGradient id="g">
   <stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#000"/></linearGradient></defs>
   <rect width="200" height="100" fill="url(#g)"/></svg>`,
  { width: 200 },
)
const UPLOAD = 'a'.repeat(64)
const drawn = async (params: object, picture: Uint8Array = RAMP) => {
  const { drawing, svg } = await render('photo', { upload: UPLOAD, ...params }, { readUpload: async () => picture })
  if (!drawing) throw new Error('the photo task returned no drawing')
  return { drawing, svg }
}
const small = { width: 120, height: 70, margin: 10, points: 400 }
const room = { minX: 0, minY: 0, maxX: 100, maxY: 50 }
const plain = { room, fit: 'inside', invert: false, gamma: 1, contrast: 0 } as const

describe.each(['halftone', 'squiggle', 'stipple'])('a photo as %s', (style) => {
  it('has more ink in dark parts, and none in the margin and in white parts', async () => {
    const { drawing } = await drawn({ ...small, style, white: 0.1 })
    const { minX, minY, maxX, maxY } = boundsOf(drawing)
    expect(minX).toBeGreaterThan(15)
    expect(minY).toBeGreaterThanOrEqual(10)
    expect(maxX).toBeLessThanOrEqual(110)
    expect(maxY).toBeLessThanOrEqual(60)
    let [light, dark] = [0, 0]
    for (let s = 0; s < strokeCount(drawing); s++) {
      const line = stroke(drawing, s)
      for (let i = 2; i < line.length; i += 2) {
        const piece = line.subarray(i - 2, i + 2)
        // Each fortieth of a piece counts as light or dark by the place of its middle.
        for (let k = 0; k < 40; k++) {
          const x = at(piece, 0) + ((k + 0.5) / 40) * (at(piece, 2) - at(piece, 0))
          if (x < 60) light += lengthTo(piece, 1) / 40
          else dark += lengthTo(piece, 1) / 40
        }
      }
    }
    expect(dark).toBeGreaterThan(1.25 * light)
  })

  it('is the same for the same seed, and differs from its negative', async () => {
    const params = { ...small, style, seed: 7 }
    const { svg } = await drawn(params)
    expect((await drawn(params)).svg).toBe(svg)
    expect((await drawn({ ...params, invert: true })).svg).not.toBe(svg)
  })

  it('that is white gives an empty sheet', async () => {
    const white = await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>', { width: 20 })
    expect(strokeCount((await drawn({ ...small, style, contrast: 0 }, white)).drawing)).toBe(0)
  })
})

it('a squiggle with its defaults takes at most 20 minutes by its estimate, even from a picture of 73 % mean darkness', async () => {
  const night = await svgToPng(
    `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><defs><linearGradient id="g">
       <stop offset="0" stop-color="#000"/><stop offset="1" stop-color="#888"/></linearGradient></defs>
       <rect width="600" height="400" fill="url(#g)"/><circle cx="40" cy="40" r="20" fill="#fff"/></svg>`,
    { width: 600 },
  )
  const { drawing } = await drawn({ style: 'squiggle' }, night)
  const { seconds } = prepare(drawing).report.estimate
  expect(seconds).toBeLessThanOrEqual(20 * 60)
})

describe('the tones of a picture', () => {
  it('are those of the picture at its place on the sheet, and white beside it', async () => {
    const { dark, box } = await toneOf(RAMP, { ...plain, room: { ...room, maxY: 80 } })
    expect(box).toEqual({ minX: 0, maxX: 100, minY: 15, maxY: 65 })
    expect(dark(25, 40)).toBeCloseTo(0.25, 1)
    expect(dark(90, 40)).toBeCloseTo(0.9, 1)
    expect(dark(90, 5)).toBe(0)
  })

  it('give no ink beside the picture, even with slanted lines and with `white` at 0', async () => {
    const { drawing } = await drawn({ ...small, width: 220, style: 'squiggle', angle: 30, white: 0 })
    const { minX, maxX } = boundsOf(drawing)
    expect(minX).toBeGreaterThanOrEqual(60)
    expect(maxX).toBeLessThanOrEqual(160)
  })

  it('fill the sheet on request, cut off at its edges', async () => {
    const { box, dark } = await toneOf(RAMP, { ...plain, room: { ...room, maxY: 100 }, fit: 'fill' })
    expect(box).toEqual({ minX: -50, maxX: 150, minY: 0, maxY: 100 })
    expect(dark(50, 50)).toBeCloseTo(0.5, 1)
    expect(dark(-1, 50)).toBe(0)
  })

  it('are mixed with white where the picture is translucent', async () => {
    const glass =
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10" opacity=".5"/></svg>'
    const { dark } = await toneOf(await svgToPng(glass, { width: 20, background: 'none' }), plain)
    expect(dark(50, 25)).toBeCloseTo(0.5, 1)
  })

  it.each([
    ['black', '#000', 1],
    ['dark grey', '#333', 0.8],
    ['light grey', '#ccc', 0.2],
    ['white', '#fff', 0],
  ])('are kept in a picture of one tone, whatever the contrast: %s', async (_, fill, expected) => {
    const flat = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10" fill="${fill}"/></svg>`
    const picture = await svgToPng(flat, { width: 20 })
    for (const contrast of [0, 0.5, 1]) {
      const { dark } = await toneOf(picture, { ...plain, contrast })
      expect(dark(50, 25)).toBeCloseTo(expected, 5)
    }
  })

  it('are stretched from white to black, but noise around one tone is stretched at most fourfold', async () => {
    const two = (light: string, dark: string) =>
      svgToPng(
        `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10" fill="${light}"/>` +
          `<rect x="10" width="10" height="10" fill="${dark}"/></svg>`,
        { width: 20 },
      )
    const tonesOf = async (picture: Uint8Array) => {
      const { dark } = await toneOf(picture, { ...plain, contrast: 1 })
      return [dark(20, 25), dark(80, 25)] as const
    }
    const [white, black] = await tonesOf(await two('#999', '#555'))
    expect(white).toBeCloseTo(0, 5)
    expect(black).toBeCloseTo(1, 5)
    const [light, dark] = await tonesOf(await two('#363636', '#303030'))
    expect(dark - light).toBeCloseTo((4 * 6) / 255, 3)
    expect(light).toBeGreaterThan(0.7)
    expect(dark).toBeLessThan(0.9)
  })

  it('are inverted, and changed by gamma', async () => {
    const darkness = async (more: object) => (await toneOf(RAMP, { ...plain, ...more })).dark(25, 25)
    expect(await darkness({ invert: true })).toBeCloseTo(0.75, 1)
    expect(await darkness({ gamma: 2 })).toBeCloseTo(0.06, 1)
  })
})

describe('a picture file', () => {
  it('of a document is stretched to its place, because its pixels need not be square', async () => {
    const { minX, minY, maxY } = boundsOf(await pictureStrokes(RAMP, 20, 80, 'halftone'))
    const { points } = await pictureStrokes(RAMP, 20, 80, 'squiggle')
    const inLeftQuarter = points.filter((value, i) => i % 2 === 0 && value < 5)
    expect(minX).toBeGreaterThan(0.9)
    expect(minY).toBeLessThan(5)
    expect(maxY).toBeGreaterThan(75)
    expect(inLeftQuarter.length).toBeLessThan(points.length / 8)
  })

  it('that is one row of thousands of pixels is read', async () => {
    const strip = await svgToPng(
      `<svg xmlns="http://www.w3.org/2000/svg" width="5000" height="1"><rect width="5000" height="1" fill="#fff"/>
       <rect width="2500" height="1"/></svg>`,
      { width: 5000 },
    )
    const { dark } = await toneOf(strip, plain)
    expect(dark(25, 25)).toBeCloseTo(1)
    expect(dark(75, 25)).toBeCloseTo(0)
  })

  it('that is no picture, or is cut off in or after its header, is refused', async () => {
    const broken = RAMP.slice(0, 60)
    for (const bytes of [
      new Uint8Array(3),
      new TextEncoder().encode('<svg>not a photo</svg>'),
      RAMP.slice(0, 18),
      broken,
    ]) {
      await expect(toneOf(bytes, plain)).rejects.toMatchObject({ code: 'ERR_FILE' })
    }
  })

  it('of another kind is refused, with a remedy that names the kinds that plotd draws', () => {
    const detail = { remedy: expect.stringMatching(/as PNG or JPEG.*`plotd plot` draws SVG/) }
    const refusal = expect.objectContaining({ code: 'ERR_FILE', detail })
    expect(() => readHeader(new TextEncoder().encode('<svg>not a photo</svg>'))).toThrow(refusal)
  })

  it('that is cut off in its header is not called another kind of file', () => {
    expect(() => readHeader(RAMP.slice(0, 18))).toThrow('the picture is cut off in its header')
  })

  it('that is empty is called empty', () => {
    expect(() => readHeader(new Uint8Array())).toThrow('the picture is no PNG and no JPEG: it is empty')
  })

  it.each([16, 20])('whose header has a size of 0 at byte %i is refused as a broken file', (offset) => {
    const empty = RAMP.slice()
    new DataView(empty.buffer).setUint32(offset, 0)
    expect(() => checkPicture(empty)).toThrow(expect.objectContaining({ code: 'ERR_FILE' }))
  })

  it('that is too large to decode is refused, with the size from its header', async () => {
    const huge = RAMP.slice()
    new DataView(huge.buffer).setUint32(16, 1_000_000)
    await expect(toneOf(huge, plain)).rejects.toMatchObject({
      code: 'ERR_LIMIT',
      message: expect.stringContaining('1000000 × 100'),
    })
  })

  it.each([
    ['begins after the end of the file', [0, 0xff, 0xff, 0xff]],
    ['has fewer entries than it counts', [0, 0, 0, 8]],
  ])('may be a JPEG whose EXIF directory %s', (_, offset) => {
    const exif = [...Buffer.from('Exif\0\0MM'), 0, 42, ...offset, 0, 9, 0, 0]
    const frame = [0xff, 0xc0, 0, 11, 8, 0, 80, 0, 40, 1, 1, 0x11, 0]
    const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2, ...exif, ...frame])
    expect(readHeader(jpeg)).toEqual({ type: 'image/jpeg', width: 40, height: 80, orientation: 1 })
  })

  it('that is a JPEG in CMYK is refused before it is decoded', () => {
    const frame = [0xff, 0xc0, 0, 20, 8, 0, 80, 0, 40, 4, 1, 0x11, 0]
    const refusal = expect.objectContaining({ code: 'ERR_FILE', message: 'the picture is a JPEG in CMYK' })
    expect(() => readHeader(Uint8Array.from([0xff, 0xd8, ...frame]))).toThrow(refusal)
  })

  it('may be a JPEG from a camera that was turned', async () => {
    const jpeg = new Uint8Array(readFileSync('test/golden/photo/ramp-on-its-side.jpg'))
    expect(readHeader(jpeg)).toEqual({ type: 'image/jpeg', width: 40, height: 80, orientation: 6 })
    const { box, dark } = await toneOf(jpeg, plain)
    expect(box).toEqual(room)
    expect(Math.abs(dark(20, 25) - dark(80, 25))).toBeGreaterThan(0.4)
    expect(dark(50, 10)).toBeCloseTo(dark(50, 40), 1)
  })
})

it('a JPEG with 1000 scans is refused, and one with 10 scans is accepted', () => {
  const frame = [0xff, 0xd8, 0xff, 0xc2, 0, 11, 8, 0, 100, 0, 100, 1, 1, 0x11, 0]
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0]
  const picture = (scans: number) => Uint8Array.from([...frame, ...Array.from({ length: scans }, () => scan).flat()])
  expect(checkPicture(picture(10)).width).toBe(100)
  expect(() => checkPicture(picture(1000))).toThrowError(
    expect.objectContaining({ code: 'ERR_LIMIT', message: expect.stringMatching(/1000 scans, at most 100/) }),
  )
})
