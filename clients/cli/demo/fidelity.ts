import type { ReadOptions, Strokes } from '../../../src/index.ts'
import { svgLimits } from '../flags/reading-flags.ts'
import { readBytes } from '../io/files.ts'

/** The distance between ink and drawing, mm. */
export interface Fidelity {
  /** The largest distance of ink from the drawing. */
  readonly inkMm: number
  /** The largest distance of the drawing from ink. */
  readonly drawingMm: number
}

/** One step of an AxiDraw, mm. */
export const STEP_MM = 1 / 80

/** Compares the ink of a simulator with the SVG file that was drawn. */
export async function fidelity(ink: Strokes, file: string, options: ReadOptions): Promise<Fidelity> {
  const { deviation, readSvg } = await import('../../../src/index.ts')
  const limits = await svgLimits()
  const { drawing } = readSvg(await readBytes(file, limits.bytes), { ...options, limits })
  return { inkMm: deviation(ink, drawing).mm, drawingMm: deviation(drawing, ink).mm }
}

/** Whether both distances are at most one step. */
export const isWithinStep = ({ inkMm, drawingMm }: Fidelity): boolean => Math.max(inkMm, drawingMm) <= STEP_MM

export function verdict({ inkMm, drawingMm }: Fidelity): string {
  const [ink, drawing] = [inkMm, drawingMm].map((mm) => mm.toFixed(4))
  return `The ink is at most ${ink} mm from the drawing, and the drawing at most ${drawing} mm from the ink.`
}
