/**
 * Draws the pictures of docs/start with plotd's SvgBuilder. A test compares the files in docs/start with these
 * drawings; with UPDATE_GOLDEN=1 the test writes the files.
 */
import { SvgBuilder } from '../src/index.ts'

const HERE = 'you sit here'

/** The bed of a machine from above: the sheet, the home corner, and where the user sits. */
export function bedPicture(home: string, sheet: string): string {
  const svg = new SvgBuilder(150, 105, { title: `Home: ${home}` })
  svg.rect(15, 14, 120, 66)
  svg.rect(22, 20, 88, 54)
  svg.circle(22, 20, 3)
  svg.line(22, 15, 22, 25)
  svg.line(17, 20, 27, 20)
  svg.hersheyText(49, 8, 'the back of the machine', 0.28)
  svg.hersheyText(31, 27, `home: ${home}`, 0.28)
  svg.hersheyText(53, 50, sheet, 0.3)
  svg.line(30, 66, 60, 66)
  svg.line(60, 66, 57, 64)
  svg.line(60, 66, 57, 68)
  svg.hersheyText(64, 66, 'x grows', 0.24)
  svg.circle(75, 92, 4)
  svg.hersheyText(82, 92, HERE, 0.28)
  return svg.toString()
}

/** A pen twice: up, above the paper, and down, on the paper. */
export function penPicture(): string {
  const svg = new SvgBuilder(150, 80, { title: 'The pen, up and down' })
  for (const [x, gap, word] of [
    [45, 8, 'up: 2 to 4 mm of air'],
    [105, 0, 'down: the tip rests'],
  ] as const) {
    const tip = 60 - gap
    svg.line(x, tip, x - 3, tip - 8)
    svg.line(x, tip, x + 3, tip - 8)
    svg.rect(x - 3, tip - 38, 6, 30)
    svg.line(x - 25, 60, x + 25, 60)
    svg.hersheyText(x - word.length * 1.02, 68, word, 0.26)
  }
  return svg.toString()
}

export const PICTURES: Readonly<Record<string, () => string>> = {
  'bed.svg': () => bedPicture('the back left corner', 'your sheet'),
  'bed-hp.svg': () => bedPicture('the plotter finds it', 'up to the guide'),
  'pen.svg': penPicture,
}
