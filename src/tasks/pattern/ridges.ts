import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { number, whole } from '../fields.ts'
import { definePattern } from './pattern.ts'

/**
 * Profiles of a range of hills, as pulsar CP 1919 was plotted (Craft 1970). Nearer profiles hide farther profiles. The
 * pattern draws from front to back, and a floating horizon removes the hidden lines.
 */
export const ridges = definePattern({
  name: 'ridges',
  summary: 'ridges of hills, the nearer hiding the farther',
  params: {
    lines: whole(2, 400, 52, 'number of ridges'),
    rise: number(0, 200, 34, 'limit on the height of the hills, mm; the highest reach about 70 to 80 % of it'),
    roughness: number(1, 200, 21, 'breadth of the hills, mm'),
    spread: number(0.05, 2, 0.5, 'share of the width in which the hills rise'),
    centre: number(0, 1, 0.46, 'place where the hills rise, as a share of the width'),
  },
  draw: ({ box, random }, p) => {
    const out = new StrokeWriter()
    const broad = random.noise()
    const fine = random.noise()
    const width = box.maxX - box.minX
    const height = box.maxY - box.minY
    const room = Math.min(p.rise, height * 0.8)
    const columns = Math.ceil(width / 0.4)
    const horizon = new Float64Array(columns + 1).fill(Infinity)
    for (let k = 0; k < p.lines; k++) {
      const base = box.maxY - 1.5 - (k / Math.max(1, p.lines - 1)) * (height - room * 0.6)
      let isDrawing = false
      for (let step = 0; step <= columns; step++) {
        const i = k % 2 === 0 ? step : columns - step
        const px = (i / columns) * width
        const rise = Math.exp(-((((px / width - p.centre) * 2) / p.spread) ** 2) * 1.4)
        const hill = 0.62 * (broad(px / p.roughness, k * 0.34) + 0.8) + 0.2 * fine((px * 2.6) / p.roughness, k * 0.9)
        const py = base - room * 0.62 * (rise * Math.max(0, hill) + 0.022 * fine(px / 5, k))
        const isVisible = py < (horizon[i] ?? Infinity)
        if (isVisible) horizon[i] = py
        if (isVisible && isDrawing) out.lineTo(box.minX + px, py)
        else if (isVisible) out.moveTo(box.minX + px, py)
        isDrawing = isVisible
      }
    }
    return out.take()
  },
})
