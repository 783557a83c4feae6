import type { ReadOptions, Strokes } from '../../../src/index.ts'
import { readBytes } from '../args/params.ts'
import { svgLimits } from '../flags/svg-limits.ts'

/** How far ink and drawing are apart, mm. */
export interface Fidelity {
  /** Farthest that ink is from the drawing. */
  readonly inkMm: number
  /** Farthest that the drawing is from ink. */
  readonly drawingMm: number
}

/** One step of an AxiDraw, mm. */
export const STEP_MM = 1 / 80

/** Ink as it was stepped, against the SVG that was to be drawn, read in the same way. */
export async function fidelity(ink: Strokes, file: string, options: ReadOptions = {}): Promise<Fidelity> {
  const { deviation, readSvg } = await import('../../../src/index.ts')
  const limits = await svgLimits()
  const { drawing } = readSvg(await readBytes(file, limits.bytes), { ...options, limits })
  const [strayed, missed] = [deviation(ink, drawing), deviation(drawing, ink)]
  return { inkMm: strayed.mm, drawingMm: missed.mm }
}

/** Within one step, both ways: no ink that was not asked for, and no line without ink. */
export const isTrue = ({ inkMm, drawingMm }: Fidelity): boolean => Math.max(inkMm, drawingMm) <= STEP_MM

export function verdict({ inkMm, drawingMm }: Fidelity): string {
  const [ink, drawing] = [inkMm, drawingMm].map((mm) => `${mm.toFixed(4)} mm (${(mm / STEP_MM).toFixed(2)} steps)`)
  return `The ink keeps within ${ink} of the drawing, and no line of it is farther than ${drawing} from ink.`
}
