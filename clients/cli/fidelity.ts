import type { Strokes } from '../../src/index.ts'
import { readBytes } from './params.ts'

/** How far ink and drawing are apart, mm. */
export interface Fidelity {
  /** Farthest that ink is from the drawing. */
  readonly inkMm: number
  /** Farthest that the drawing is from ink. */
  readonly drawingMm: number
}

/** One step of an AxiDraw's motors, mm: no ink can be truer than that. */
export const STEP_MM = 1 / 80

/** Ink as it was stepped, against the SVG that was to be drawn. */
export async function fidelity(ink: Strokes, file: string): Promise<Fidelity> {
  const { deviation, readSvg } = await import('../../src/index.ts')
  const { drawing } = readSvg(await readBytes(file))
  return { inkMm: deviation(ink, drawing).mm, drawingMm: deviation(drawing, ink).mm }
}

export const isTrue = ({ inkMm, drawingMm }: Fidelity): boolean => Math.max(inkMm, drawingMm) <= STEP_MM

export function verdict({ inkMm, drawingMm }: Fidelity): string {
  const steps = (mm: number): string => `${mm.toFixed(4)} mm (${(mm / STEP_MM).toFixed(2)} steps)`
  return `The ink is nowhere more than ${steps(inkMm)} from the drawing, the drawing nowhere more than ${steps(drawingMm)} from ink.`
}
