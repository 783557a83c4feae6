import { describe, expect, it } from 'vitest'
import { box, drawn, read } from '../support.ts'

describe('the reader of shapes', () => {
  it.each([
    ['<line x1="1" y1="2" x2="3" y2="4" stroke="red"/>', [[1, 2, 3, 4]]],
    ['<polyline points="0,0 10,0 10,10"/>', [[0, 0, 10, 0, 10, 10]]],
    ['<polygon points="0,0 10,0 10,10"/>', [[0, 0, 10, 0, 10, 10, 0, 0]]],
    ['<polyline points="0 0 10 0 5"/>', [[0, 0, 10, 0]]],
    ['<polyline points="0-5.5.5 7e0"/>', [[0, -5.5, 0.5, 7]]],
    ['<polyline points="0,0 1,1 x 3,3"/>', []],
    ['<rect x="1" y="2" width="3" height="4"/>', [[1, 2, 4, 2, 4, 6, 1, 6, 1, 2]]],
    ['<rect width="0" height="4"/>', []],
    ['<rect width="3" height="-4"/>', []],
    ['<circle r="0"/>', []],
    ['<circle r="-1"/>', []],
    ['<ellipse rx="1" ry="0"/>', []],
    ['<line x1="1" y1="2" x2="3" y2="4"/>', []],
  ])('draws %s as %j', (element, expected) => {
    expect(drawn(element)).toEqual(expected)
  })

  it('draws a circle within the tolerance, and an ellipse with its full width and height', () => {
    const { points } = read('<circle cx="50" cy="50" r="40"/>', { tolerance: 0.02 }).drawing
    const radii = Array.from({ length: points.length / 2 }, (_, i) =>
      Math.hypot((points[2 * i] ?? 0) - 50, (points[2 * i + 1] ?? 0) - 50),
    )
    expect(Math.max(...radii.map((r) => Math.abs(r - 40)))).toBeLessThan(1e-9)
    const chord = Math.hypot((points[2] ?? 0) - (points[0] ?? 0), (points[3] ?? 0) - (points[1] ?? 0))
    expect(40 - Math.sqrt(40 ** 2 - chord ** 2 / 4)).toBeLessThanOrEqual(0.02)
    expect(box('<ellipse cx="50" cy="50" rx="40" ry="20"/>')).toEqual([10, 30, 90, 70])
  })

  it.each([
    ['one radius counts for both', 'rx="2"', 'rx="2" ry="2"'],
    ['no radius is more than half a side', 'rx="50" ry="50"', 'rx="5" ry="4"'],
    ['a negative radius counts as none', 'rx="-2"', ''],
  ])('rounds the corners of a rect: %s', (_name, radii, others) => {
    const rect = (attributes: string) => drawn(`<rect width="10" height="8" ${attributes}/>`)
    expect(rect(radii)).toEqual(rect(others))
  })

  it('rounds with an ellipse when the radii differ', () => {
    const [line = []] = drawn('<rect width="10" height="8" rx="5" ry="4"/>')
    const onEllipse = Array.from({ length: line.length / 2 }, (_, i) => {
      const [dx, dy] = [((line[2 * i] ?? 0) - 5) / 5, ((line[2 * i + 1] ?? 0) - 4) / 4]
      return Math.hypot(dx, dy)
    })
    expect(Math.max(...onEllipse.map((r) => Math.abs(r - 1)))).toBeLessThan(1e-3)
  })
})

describe('path data', () => {
  it.each([
    ['M10 20 30 40', [[10, 20, 30, 40]]],
    ['m10 20 30 40', [[10, 20, 40, 60]]],
    ['M1 1H5V7', [[1, 1, 5, 1, 5, 7]]],
    ['M10 50A1e17 1e17 0 0 1 90 55', [[10, 50, 90, 55]]],
    ['m1 1h5v7', [[1, 1, 6, 1, 6, 8]]],
    ['M0 0L5 0 5 5Z', [[0, 0, 5, 0, 5, 5, 0, 0]]],
    [
      'M0 0L5 0Z L9 9',
      [
        [0, 0, 5, 0, 0, 0],
        [0, 0, 9, 9],
      ],
    ],
    [
      'M0 0L5 0Zm1 1l2 0',
      [
        [0, 0, 5, 0, 0, 0],
        [1, 1, 3, 1],
      ],
    ],
    ['M0 0L1 1M5 5', [[0, 0, 1, 1]]],
    ['M0,0,5,5', [[0, 0, 5, 5]]],
    ['M0-0.5.5.5', [[0, -0.5, 0.5, 0.5]]],
    ['M1e1 0L2E+1 10e-1', [[10, 0, 20, 1]]],
    ['M0 0L5 5 x L9 9', [[0, 0, 5, 5]]],
    ['M0 0L5 5 7', [[0, 0, 5, 5]]],
    ['M0 0L5 5,,7 7', [[0, 0, 5, 5]]],
    ['M0 0L5 5 C1 1 2 2', [[0, 0, 5, 5]]],
    ['L5 5', []],
    ['', []],
    ['M 5', []],
    ['M0 0A0 5 0 0 0 9 9', [[0, 0, 9, 9]]],
    ['M3 3A5 5 0 0 0 3 3L4 4', [[3, 3, 4, 4]]],
  ])('%j is drawn as %j', (data, expected) => {
    expect(drawn(`<path stroke="red" d="${data}"/>`)).toEqual(expected)
  })
})
