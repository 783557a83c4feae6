import type { Strokes } from '../../src/index.ts'
import { readBytes } from './params.ts'

/** How far ink and drawing are apart, mm. */
export interface Fidelity {
  /** Farthest that ink is from the drawing. */
  readonly inkMm: number
  /** The most of that, either way, along x or y: machines step along axes. */
  readonly axisMm: number
  /** Farthest that the drawing is from ink. */
  readonly drawingMm: number
}

/** One step of an AxiDraw, mm. */
export const STEP_MM = 1 / 80

/** Ink as it was stepped, against the SVG that was to be drawn. */
export async function fidelity(ink: Strokes, file: string): Promise<Fidelity> {
  const { deviation, readSvg } = await import('../../src/index.ts')
  const { drawing } = readSvg(await readBytes(file))
  const [strayed, missed] = [deviation(ink, drawing), deviation(drawing, ink)]
  return { inkMm: strayed.mm, drawingMm: missed.mm, axisMm: Math.max(strayed.axisMm, missed.axisMm) }
}

/**
 * A board makes each step up to one step late, between ends that are rounded to half a step: nothing that is right
 * strays farther along an axis.
 */
export const isTrue = ({ axisMm }: Fidelity): boolean => axisMm <= 1.5 * STEP_MM

export function verdict({ inkMm, drawingMm }: Fidelity): string {
  const [ink, drawing] = [inkMm, drawingMm].map((mm) => `${mm.toFixed(4)} mm (${(mm / STEP_MM).toFixed(2)} steps)`)
  return `The ink keeps within ${ink} of the drawing, and no line of it is farther than ${drawing} from ink.`
}
