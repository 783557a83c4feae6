/** Greatest value of a channel at each of the five levels of a hue of AutoCAD's palette. */
const LEVELS = [255, 204, 153, 127, 76] as const
const FIRST = [
  '#000000',
  '#ff0000',
  '#ffff00',
  '#00ff00',
  '#00ffff',
  '#0000ff',
  '#ff00ff',
  '#000000',
  '#808080',
  '#c0c0c0',
]
const GREYS = [51, 91, 132, 173, 214, 255]

/**
 * CSS colour of an index in AutoCAD's palette, 1 … 255. Indices 10 … 249 are 24 hues. A hue has five levels, each with
 * a full and a half saturation. Indices 250 … 255 are greys. White becomes black, because white is the ink on AutoCAD's
 * dark screen.
 */
export function indexedColor(index: number): string {
  const first = FIRST[index]
  if (first !== undefined) return first
  if (index >= 250) return inkOnPaper(hex(Array(3).fill(GREYS[index - 250] ?? 0)))
  const level = LEVELS[Math.floor((index % 10) / 2)] ?? 255
  const least = index % 2 === 1 ? level / 2 : 0
  const hue = ((Math.floor(index / 10) - 1) * 15) / 60
  return hex([0, 4, 2].map((shift) => level - (level - least) * Math.min(1, Math.max(0, 2 - distance(hue + shift)))))
}

/** Distance of a shifted hue from 3, in sixths of the circle. A channel is least where its shifted hue is near 3. */
function distance(sixths: number): number {
  return Math.abs((((sixths % 6) + 6) % 6) - 3)
}

/** CSS colour of a 24-bit number: 8 bits each of red, green and blue. White becomes black. */
export const trueColor = (rgb: number): string => inkOnPaper(hex([(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255]))

const hex = (channels: readonly number[]): string =>
  `#${channels.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`

const inkOnPaper = (color: string): string => (color === '#ffffff' ? '#000000' : color)
