import { seeded } from '../planning/seeded.ts'

const VERTICES = 1_000_000

/**
 * An SVG with a million vertices, in strokes of `perStroke` vertices. 1,000,000 vertices a stroke give one long line,
 * and 2 give 500,000 short ones.
 */
export function million(perStroke: number): string {
  const random = seeded(perStroke)
  const strokes = Array.from({ length: Math.round(VERTICES / perStroke) }, () => {
    let [px, py] = [30 + 240 * random(), 30 + 150 * random()]
    let path = `M${px.toFixed(2)} ${py.toFixed(2)}L`
    for (let v = 1; v < perStroke; v++) {
      px = Math.min(280, Math.max(20, px + 2 * random() - 1))
      py = Math.min(190, Math.max(20, py + 2 * random() - 1))
      path += `${px.toFixed(2)} ${py.toFixed(2)} `
    }
    return path
  })
  const size = 'width="300mm" height="210mm" viewBox="0 0 300 210"'
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><path fill="none" stroke="black" d="${strokes.join('')}"/></svg>`
}
