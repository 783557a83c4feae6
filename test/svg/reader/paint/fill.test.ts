import { describe, expect, it } from 'vitest'
import { inkLength } from '../../../../src/geometry/measure.ts'
import { readSvg } from '../../../../src/svg/index.ts'
import { box, drawn, page, read } from '../support.ts'

const square = (more = ''): string => `<rect x="10" y="10" width="20" height="20" ${more}/>`
/** The strokes besides the outline. */
const filling = (inside: string, fill: NonNullable<Parameters<typeof read>[1]>['fill']): number[][] =>
  drawn(inside, fill === undefined ? {} : { fill }).slice(1)

describe('a fill', () => {
  it('hatches with parallel lines on one grid, to and fro', () => {
    expect(filling(square(), { mode: 'hatch', spacing: 8, angle: 0 })).toEqual([
      [10, 16, 30, 16],
      [30, 24, 10, 24],
    ])
  })

  it('repeats no horizontal edge of the outline, also inside the bounds', () => {
    const steps = (spacing: number) =>
      `<path d="M0 0H${30 * spacing}V${60 * spacing}H${60 * spacing}V${90 * spacing}H0Z"/>`
    expect(filling(steps(1), { mode: 'hatch', spacing: 30, angle: 0 })).toEqual([
      [30, 30, 0, 30],
      [0, 60, 30, 60],
    ])
    expect(filling(steps(0.1), { mode: 'hatch', spacing: 3, angle: 0 })).toEqual([
      [3, 3, 0, 3],
      [0, 6, 3, 6],
    ])
    const ring = '<path fill-rule="evenodd" d="M0 0H90V90H0zM30 30H60V60H30z"/>'
    expect(drawn(ring, { fill: { mode: 'hatch', spacing: 30, angle: 0 } }).slice(2)).toEqual([
      [90, 30, 60, 30],
      [30, 30, 0, 30],
      [0, 60, 30, 60],
      [60, 60, 90, 60],
    ])
  })

  it('hatches at an angle', () => {
    const lines = filling(square(), { mode: 'hatch', spacing: 2, angle: 30 })
    expect(lines.length).toBeGreaterThan(10)
    for (const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] of lines) {
      expect(Math.abs(Math.tan(Math.PI / 6) * (x2 - x1) - (y2 - y1))).toBeLessThan(0.01)
    }
  })

  it('crosshatches with twice the lines', () => {
    const count = (mode: 'hatch' | 'crosshatch') => filling(square(), { mode, spacing: 3, angle: 0 }).length
    expect(count('crosshatch')).toBe(2 * count('hatch'))
  })

  it('fills with rings, one inside the other', () => {
    const rings = filling(square(), { mode: 'contour', spacing: 4 })
    expect(rings.map((ring) => Math.min(...ring))).toEqual([14, 18])
    expect(rings.every((ring) => ring[0] === ring.at(-2) && ring[1] === ring.at(-1))).toBe(true)
  })

  it('leaves holes and the outside empty', () => {
    const ring = '<path fill-rule="evenodd" d="M0 0H90V90H0zM30 30H60V60H30z"/>'
    const rows = drawn(ring, { fill: { mode: 'hatch', spacing: 45, angle: 0 } }).slice(2)
    expect(rows).toEqual([
      [90, 45, 60, 45],
      [30, 45, 0, 45],
    ])
  })

  it('draws about as much ink as area and spacing predict', () => {
    const { drawing } = readSvg(page('<circle cx="50" cy="50" r="30" stroke="none"/>'), {
      fill: { mode: 'hatch', spacing: 0.5 },
    })
    const area = Math.PI * 30 ** 2
    expect((inkLength(drawing) - 2 * Math.PI * 30) / (area / 0.5)).toBeCloseTo(1, 1)
  })

  it('is drawn in a shape whose own fill is neither none nor white', () => {
    const fill = { mode: 'hatch', spacing: 3 } as const
    expect(filling(square('fill="none" stroke="red"'), fill)).toEqual([])
    expect(filling(square('fill="white" stroke="red"'), fill)).toEqual([])
    expect(filling(square('fill="#c00"'), fill)).not.toEqual([])
  })

  it('stays within the clip', () => {
    const inside = `<clipPath id="c"><rect width="20" height="99"/></clipPath>${square('clip-path="url(#c)"')}`
    expect(box(inside, { fill: { mode: 'crosshatch', spacing: 1 } })).toEqual([10, 10, 20, 30])
  })

  it.each([
    [{ mode: 'hatch', spacing: 0 }, /spacing must be at least 0.01 mm, got 0/],
    [{ mode: 'hatch', angle: Number.NaN }, /angle must be a number, got NaN/],
    [{ mode: 'plaid' as 'hatch' }, /must be one of hatch, crosshatch, contour, got plaid/],
  ] as const)('is refused when it is %O', (fill, message) => {
    expect(() => read(square(), { fill })).toThrowError(
      expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringMatching(message) }),
    )
  })
})

const PATTERN = '<pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse">'
const HATCH = `${PATTERN}<path d="M0 0L4 4" stroke="red"/></pattern>`
const FADING = '<linearGradient id="fading"><stop/><stop offset="1" stop-opacity="0"/></linearGradient>'

describe('hidden lines', () => {
  const line = '<path d="M0 20H100" fill="none" stroke="red"/>'

  it('are removed where a later filled shape covers them', () => {
    expect(drawn(`${line}${square()}`, { hide: true })).toEqual([
      [0, 20, 10, 20],
      [30, 20, 100, 20],
      [10, 10, 30, 10, 30, 30, 10, 30, 10, 10],
    ])
  })

  it.each([
    ['earlier shapes', `${square()}${line}`],
    ['shapes without a fill', `${line}${square('fill="none" stroke="red"')}`],
    ['translucent shapes', `${line}${square('fill-opacity="0.5"')}`],
    ['shapes in a translucent colour', `${line}${square('fill="rgb(255 0 0 / 50%)"')}`],
    ['shapes in a translucent colour of eight digits', `${line}${square('fill="#ff000080"')}`],
    ['shapes in a translucent group', `${line}<g opacity="0.5"><g>${square()}</g></g>`],
    ['shapes in a fading gradient', `${FADING}${line}${square('fill="url(#fading)"')}`],
    ['shapes in a hatch', `${HATCH}${line}${square('fill="url(#hatch)"')}`],
    ['hidden shapes', `${line}${square('visibility="hidden"')}`],
    ['shapes elsewhere', `${line}<rect y="50" width="100" height="9"/>`],
  ])('do not lie under %s', (_name, inside) => {
    expect(drawn(inside, { hide: true })).toContainEqual([0, 20, 100, 20])
  })

  it.each([
    ['gradient', '<linearGradient id="g"><stop/><stop offset="1" stop-color="red"/></linearGradient>'],
    ['pattern', `${PATTERN.replace('hatch', 'g')}<rect width="4" height="4" fill="red"/><circle r="2"/></pattern>`],
  ])('are removed where a shape with an opaque %s covers them', (_, server) => {
    expect(drawn(`${server}${line}${square('fill="url(#g)"')}`, { hide: true })).toContainEqual([0, 20, 10, 20])
  })

  it('lie only under the visible part of a clipped shape', () => {
    const inside = `<clipPath id="c"><rect width="20" height="99"/></clipPath>${line}${square('clip-path="url(#c)"')}`
    expect(drawn(inside, { hide: true }).slice(0, 2)).toEqual([
      [0, 20, 10, 20],
      [20, 20, 100, 20],
    ])
  })

  it('include one copy of a border that two shapes share', () => {
    const both = `${square()}<rect x="30" y="10" width="20" height="20"/>`
    const ink = (hide: boolean) => inkLength(read(both, { hide }).drawing)
    expect(ink(false) - ink(true)).toBeCloseTo(20, 3)
  })

  it('include the hatching of a shape below', () => {
    const below = '<rect width="100" height="40"/>'
    const hatched = drawn(`${below}${square('fill="white"')}`, {
      hide: true,
      fill: { mode: 'hatch', spacing: 20, angle: 0 },
    })
    expect(hatched).toContainEqual([10, 20, 0, 20])
  })
})
