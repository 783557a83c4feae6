import { describe, expect, it } from 'vitest'
import { BOXES } from '../../../src/tasks/alphabet/boxes.ts'
import { readAlphabetSheet } from '../../../src/tasks/index.ts'
import { type Corners, STRAIGHT, sheetPhoto } from '../../support/sheet-photo.ts'

const ASLANT: Corners = [
  [0.12, 0.08],
  [0.93, 0.04],
  [0.98, 0.93],
  [0.03, 0.97],
]
const shot = { font: 'EMSTech', seed: 3, pen: 0.5, corners: STRAIGHT, size: [1200, 1680] } as const

describe('the photograph of an alphabet sheet', () => {
  it('gives the letters, the empty boxes and the baseline, when the sheet is turned and seen at an angle', async () => {
    const turned = [...ASLANT.slice(2), ...ASLANT.slice(0, 2)]
    const photo = await sheetPhoto({ ...shot, corners: turned, without: 'xQ' })
    const { samples, empty, baseline, xLine } = await readAlphabetSheet(photo)
    expect(empty).toEqual(['x', 'Q'])
    expect(samples).toHaveLength(BOXES.length - 5)
    const strokes = (text: string) => samples.filter((each) => each.text === text).map((each) => each.strokes.length)
    expect(strokes('o')).toEqual([1, 1, 1])
    expect(strokes('i')).toEqual([2, 2, 2])
    expect(strokes('t')).toEqual([2, 2, 2])
    expect(strokes('.')).toEqual([1])
    const bottoms = samples.filter(({ text }) => /^[acemnorsuz]$/.test(text)).map((each) => lowest(each.strokes))
    const middle = bottoms.sort((a, b) => a - b)[bottoms.length >> 1] ?? 0
    expect(Math.abs(middle - baseline)).toBeLessThan(0.12 * (baseline - xLine))
  })

  it('is refused with the reason when it shows only a part of the sheet, or is no picture', async () => {
    const away = STRAIGHT.map(([x, y]) => [x + 0.3, y] as const)
    const photo = await sheetPhoto({ ...shot, size: [400, 560], corners: away })
    await expect(readAlphabetSheet(photo)).rejects.toThrow(/four markers were not found/)
    await expect(readAlphabetSheet(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'ERR_FILE' })
  })
})

const lowest = (strokes: readonly (readonly (readonly [number, number])[])[]): number =>
  Math.max(...strokes.flat().map(([, y]) => y))
