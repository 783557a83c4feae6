/**
 * Combining marks as strokes, for letters that no font has ready. Units are 21sts of the cap height, as in
 * Hershey's capitals; (0, 0) is the middle of the mark's lower edge (of the upper edge for marks below), y down.
 */
export interface Mark {
  readonly place: 'above' | 'below' | 'attached' | 'through'
  readonly lines: readonly (readonly number[])[]
  /** The font's own characters that may serve instead, best first. */
  readonly own: string
}

const acute = [-1.5, 0, 2, -4.5]
const grave = [1.5, 0, -2, -4.5]
const shifted = (line: readonly number[], dx: number) => line.map((value, i) => (i % 2 === 0 ? value + dx : value))
const arc = (rx: number, ry: number, from: number, to: number, cy = 0): number[] =>
  Array.from({ length: 9 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / 8) * Math.PI) / 180
    return [rx * Math.cos(angle), cy + ry * Math.sin(angle)]
  }).flat()
const dot = [0, 0, -1, -1, 0, -2, 1, -1, 0, 0]
const tilde = [-4.5, -0.5, -4, -2, -2.5, -2.8, -1, -2.4, 1, -0.8, 2.5, -0.4, 4, -1.2, 4.5, -2.8]

/** By code point of the combining character. */
export const MARKS: ReadonlyMap<number, Mark> = new Map<number, Mark>([
  [0x300, { place: 'above', lines: [grave], own: '' }],
  [0x301, { place: 'above', lines: [acute], own: '´' }],
  [0x302, { place: 'above', lines: [[-3, 0, 0, -4, 3, 0]], own: '' }],
  [0x303, { place: 'above', lines: [tilde], own: '' }],
  [0x304, { place: 'above', lines: [[-4, -1, 4, -1]], own: '¯' }],
  [0x306, { place: 'above', lines: [arc(3.5, 3, 180, 0, -3)], own: '˘' }],
  [0x307, { place: 'above', lines: [dot], own: '˙' }],
  [0x308, { place: 'above', lines: [shifted(dot, -3), shifted(dot, 3)], own: '¨' }],
  [0x309, { place: 'above', lines: [[-1.5, -4.5, 0, -5.5, 1.5, -4.5, 1.5, -3, 0, -1.8, 0, 0]], own: '' }],
  [0x30a, { place: 'above', lines: [arc(2.2, 2.2, 90, 450, -2.2)], own: '' }],
  [0x30b, { place: 'above', lines: [shifted(acute, -2), shifted(acute, 2)], own: '˝' }],
  [0x30c, { place: 'above', lines: [[-3, -4, 0, 0, 3, -4]], own: 'ˇ' }],
  [0x323, { place: 'below', lines: [shifted(dot, 0).map((v, i) => (i % 2 === 0 ? v : v + 2))], own: '' }],
  [0x326, { place: 'below', lines: [[0.5, 0, 1, 1, 0.5, 2.5, -1, 4.5]], own: '' }],
  [0x327, { place: 'attached', lines: [[0, 0, -0.5, 2, 1.5, 2.8, 2, 4.2, 1, 5.6, -0.8, 6, -2.5, 5.4]], own: '' }],
  [0x328, { place: 'attached', lines: [[0, 0, -1.6, 1.8, -2, 3.6, -1, 5.2, 0.6, 5.4, 1.8, 4.8]], own: '' }],
])
