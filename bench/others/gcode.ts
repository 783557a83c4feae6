import { type Strokes, stroke, strokeCount } from '../../src/geometry/drawing.ts'

/** The G-code that somebody else's converter would make for a pen on the spindle output; y up, the sheet below zero. */
export function gcode(strokes: Strokes): string {
  const lines = ['G21', 'G90', 'G94', 'M3 S600', 'G4 P0.2']
  for (let i = 0; i < strokeCount(strokes); i++) {
    const points = stroke(strokes, i)
    const at = (v: number) => `X${(points[2 * v] ?? 0).toFixed(3)} Y${(-(points[2 * v + 1] ?? 0)).toFixed(3)}`
    lines.push(`G0 ${at(0)}`, 'M3 S300', 'G4 P0.2')
    for (let v = 1; v < points.length / 2; v++) lines.push(`G1 ${at(v)}${v === 1 ? ' F3000' : ''}`)
    lines.push('M3 S600', 'G4 P0.2')
  }
  return `${lines.join('\n')}\nG0 X0 Y0\n`
}
