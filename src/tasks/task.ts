import type { z } from 'zod'
import type { Drawing } from '../geometry/drawing.ts'
import type { Importer } from '../import/index.ts'
import type { ReadLimits } from '../svg/index.ts'

/** A fact that the user must know before ink, such as a missing glyph or text that is set small. */
export interface TaskWarning {
  readonly code: string
  readonly message: string
  readonly count?: number
}

/** A text that a task will draw, and its font. */
export interface TaskText {
  /** The parameter that holds the text. */
  readonly field: string
  readonly text: string
  readonly font: string
  /** Whether missing and substituted characters are refused. */
  readonly strict?: boolean
}

/** The files that a task may read. */
export interface TaskFiles {
  /** The bytes of an upload by its SHA-256. @throws PlotdError ERR_FILE when there is no such upload */
  readonly readUpload: (sha256: string) => Promise<Uint8Array>
  /** Limits on the work of reading an SVG. An absent limit has its default. */
  readonly svgLimits: Partial<ReadLimits>
}

/** The context of a rendering, which `render` gets with the parameters. */
export interface TaskContext extends TaskFiles {
  /**
   * The signal that the caller of `render` gave, else a signal that never aborts. The daemon gives none: to stop a job,
   * the daemon ends the job's thread.
   */
  readonly signal: AbortSignal
  readonly warn: (warning: TaskWarning) => void
  /** Sets the progress, 0 … 1. */
  readonly progress: (done: number) => void
  readonly log: (message: string) => void
}

/** An SVG with its drawing, from a task that has both. To check the ink, plotd uses this drawing instead of the SVG. */
export interface DrawnSvg {
  readonly svg: string
  readonly drawing: Drawing
}

/** Where the drawing of a job is: in a text of its parameters, or in uploads, which are named by their hashes. */
export type DrawingSource =
  | { readonly text: string }
  /** With `mayBeBlank`, the job's sheet may have no ink: a submit is not refused because of such a sheet. */
  | { readonly uploads: readonly string[]; readonly mayBeBlank?: boolean }

/**
 * A kind of job: it turns parameters into an SVG in mm. `render` must be deterministic: the same parameters give the
 * same bytes. Take random numbers from a seed in the parameters.
 */
export interface Task<P = unknown> {
  readonly name: string
  /** One line for lists and for help. */
  readonly summary: string
  /**
   * Checks the parameters. The daemon sends the JSON Schema of this zod schema to clients, and the command line makes
   * flags from the JSON Schema.
   */
  readonly schema: z.ZodType<P>
  /** The default title of a job: 'Birthday for Ada'. */
  title(params: P): string
  /** The default path below the output folder: 'postcards/postcard_Ada_birthday.svg'. */
  outputName(params: P): string
  /**
   * Whether rendering usually takes less than a second. When a user submits a job that is quick and asks for ink, the
   * daemon may render the job immediately, to check that a plotter can draw the ink. plotd ignores `isQuick`, `admit`
   * and `source` of a custom task.
   */
  readonly isQuick?: boolean
  /**
   * The texts that the task will draw. At submit and with the result, plotd reports the characters that the font of a
   * text lacks.
   */
  texts?(params: P): readonly TaskText[]
  /** The fonts that the task uses, except those that `texts` names. The name of an uploaded font is its SHA-256. */
  fonts?(params: P): readonly string[]
  /**
   * Further warnings that are known without rendering, such as text that is set small.
   * @throws PlotdError ERR_PARAMS when rendering would certainly fail
   */
  check?(params: P): readonly TaskWarning[]
  /**
   * Returns a check that runs on a thread before the job is queued. The check answers questions that take too long on
   * the main thread: whether an upload exists, whether a file is an SVG, or whether a text fits its place. The check
   * rejects with a PlotdError when the job cannot be accepted. Undefined when the job needs no such check.
   */
  admit?(params: P): ((files: TaskFiles) => Promise<void>) | undefined
  /**
   * Where the drawing is, when rendering only reads a drawing. Undefined when the task creates the drawing. A submit
   * checks the whole drawing if it and the drawings of the earlier jobs of the submit have at most 1 MB together.
   */
  source?(params: P): DrawingSource | undefined
  /** Draws the SVG, from parameters that `schema` has checked. */
  render(params: P, context: TaskContext): string | DrawnSvg | Promise<string | DrawnSvg>
  /** The importer that reads the file of the parameter `upload`. */
  readonly importer?: Importer
}

/** Returns the task unchanged, so that task modules get type inference. */
export const defineTask = <P>(task: Task<P>): Task<P> => task

export type TaskRegistry = Readonly<Record<string, Task>>
