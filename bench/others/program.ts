import type { Strokes } from '../../src/geometry/drawing.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import type { SimulateOptions } from '../../src/plotter/simulators/index.ts'

/** A program that nobody here wrote and that drives a plotter by a serial port. */
export interface Program {
  readonly name: string
  readonly dialect: Profile['dialect']
  readonly simulator?: SimulateOptions
  /**
   * @param folder  where npm packages were installed
   * @returns       its version, or undefined where it is not to be had
   */
  version(folder: string): string | undefined
  /** Draws until it is done. @returns what it complained of */
  draw(strokes: Strokes, at: Place): Promise<readonly string[]>
}

export interface Place {
  /** The port's path. */
  readonly path: string
  /** Where npm packages were installed. */
  readonly folder: string
  /** Resolves when there is ink and nothing has moved for some seconds: for programs that do not say when they are done. */
  readonly rest: () => Promise<void>
}
