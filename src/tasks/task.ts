import type { z } from 'zod'
import type { Drawing } from '../geometry/drawing.ts'
import type { ReadLimits } from '../svg/index.ts'

/** Something a person should know before ink: a glyph the font lacks, text that was made smaller. */
export interface TaskWarning {
  readonly code: string
  readonly message: string
  readonly count?: number
}

/** Words that a task will draw, and the font it asks for. */
export interface SetText {
  /** The parameter they come from. */
  readonly field: string
  readonly text: string
  readonly font: string
  /** Refuse what would be left out or drawn by other signs. */
  readonly strict?: boolean
}

/** Where a task reads files. */
export interface TaskFiles {
  /** The bytes of an upload by its sha256. @throws PlotdError ERR_FILE when there is none */
  readonly readUpload: (sha256: string) => Promise<Uint8Array>
  /** How much of an SVG may be read, where it is not the usual. */
  readonly svgLimits: Partial<ReadLimits>
}

/** What a task gets besides its parameters. */
export interface TaskContext extends TaskFiles {
  /** Aborted when the job is canceled or its time is up; long loops should look at it. */
  readonly signal: AbortSignal
  readonly warn: (warning: TaskWarning) => void
  /** Share done, 0 … 1. */
  readonly progress: (done: number) => void
  readonly log: (message: string) => void
}

/** An SVG with the drawing that reading it gives, for tasks that have it in hand: it need not be read back then. */
export interface Sheet {
  readonly svg: string
  readonly drawing: Drawing
}

/**
 * A kind of job: validated parameters in, an SVG document in mm out. `render` is deterministic: the same parameters
 * give the same bytes (whatever is random takes a seed from the parameters).
 */
export interface Task<P = unknown> {
  readonly name: string
  /** One line for lists and help. */
  readonly summary: string
  /** Its JSON Schema documents the parameters on the wire and makes the command line's flags. */
  readonly schema: z.ZodType<P>
  /** Default title of a job: 'Birthday for Ada'. */
  title(params: P): string
  /** Default path below the output folder: 'postcards/postcard_Ada_birthday.svg'. */
  outputName(params: P): string
  /** The words it will draw: what becomes of their characters is told when the job is submitted, and with its result. */
  texts?(params: P): readonly SetText[]
  /** The fonts it will set words in, where `texts` does not tell them: among them may be hashes of uploads. */
  fonts?(params: P): readonly string[]
  /**
   * What else a person should know before the job is queued, found without rendering: text made small, say.
   * @throws PlotdError ERR_PARAMS when it can be told already that rendering would fail
   */
  check?(params: P): readonly TaskWarning[]
  /**
   * What is to be looked at before the job is queued and takes a thread, as rendering does: an upload that may not be
   * there, an SVG that may be none, text that may not fit its line. It rejects with a PlotdError why the job cannot be
   * taken. Undefined when these parameters leave nothing to look at.
   */
  admit?(params: P): ((files: TaskFiles) => Promise<void>) | undefined
  /**
   * The file that the drawing comes from, when rendering does little more than read it: a submit looks then at all
   * that will be drawn. Undefined when the drawing is made up.
   */
  source?(params: P): { readonly text: string } | { readonly upload: string }
  render(params: P, context: TaskContext): string | Sheet | Promise<string | Sheet>
}

/** Identity, for type inference in task modules. */
export const defineTask = <P>(task: Task<P>): Task<P> => task

/**
 * A registry is an object literal: name → task. Parameters are validated by each task's own schema before its
 * methods see them, which is why tasks of every parameter type may stand in one registry.
 */
export type TaskRegistry = Readonly<Record<string, Task>>
