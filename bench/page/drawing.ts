import { seeded } from '../planning/seeded.ts'

/** An SVG of so many short bent strokes all over an A3 sheet, each of four points. The same for the same seed. */
export function crowdedSheet(strokes: number, seed = 1): string {
  const random = seeded(seed)
  const parts: string[] = []
  for (let i = 0; i < strokes; i++) {
    const turn = 6.28 * random()
    const [x, y] = [10 + 400 * random(), 10 + 277 * random()]
    const along = [0, 1, 2, 3].map((k) => {
      const bend = turn + 0.4 * k
      return `${(x + k * 0.6 * Math.cos(bend)).toFixed(2)} ${(y + k * 0.6 * Math.sin(bend)).toFixed(2)}`
    })
    parts.push(`M${along.join(' ')}`)
  }
  const groups: string[] = []
  for (let i = 0; i < parts.length; i += 1000) groups.push(`<path d="${parts.slice(i, i + 1000).join('')}"/>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="420mm" height="297mm" viewBox="0 0 420 297" fill="none" stroke="black">${groups.join('')}</svg>`
}
