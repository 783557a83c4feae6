import { readFile } from 'node:fs/promises'

export interface Fidelity {
  /** Farthest that ink is from the drawing, mm. */
  readonly inkMm: number
  /** Farthest that the drawing is from ink, mm. */
  readonly drawingMm: number
  readonly stepMm: number
  readonly within: boolean
}

/** How far ink and drawing are apart, both read from their files. */
export async function fidelity(drawingFile: string, inkFile: string, stepMm: number): Promise<Fidelity> {
  const { deviation, readSvg } = await import('../../../src/index.ts')
  const [drawing, ink] = await Promise.all(
    [drawingFile, inkFile].map(async (file) => readSvg(await readFile(file, 'utf8')).drawing),
  )
  if (!drawing || !ink) throw new Error('unreachable: two files were read')
  const inkMm = deviation(ink, drawing).mm
  const drawingMm = deviation(drawing, ink).mm
  return { inkMm, drawingMm, stepMm, within: Math.max(inkMm, drawingMm) <= stepMm }
}
