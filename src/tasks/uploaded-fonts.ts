import { addUploadedFont, hasFont, isUploadedFont } from '../hershey/index.ts'
import type { SetText, Task, TaskFiles } from './task.ts'

/**
 * Hashes of the uploaded font files that a job's words are to be set in.
 *
 * @param texts  the words, where somebody has them already
 */
export function uploadedFonts<P>(
  task: Pick<Task<P>, 'texts' | 'fonts'>,
  params: P,
  texts = wordsOf(task, params),
): readonly string[] {
  const fonts = task.fonts?.(params)
  if (fonts) return fonts.filter(isUploadedFont)
  return texts.some(({ font }) => isUploadedFont(font)) ? texts.map(({ font }) => font).filter(isUploadedFont) : NONE
}

const NONE: readonly never[] = []

/** The words that a job asks to be drawn. */
export const wordsOf = <P>(task: Pick<Task<P>, 'texts'>, params: P): readonly SetText[] => task.texts?.(params) ?? NONE

/**
 * Makes the uploaded fonts of a job known to this thread, so that text can be set in them by their hashes.
 *
 * @throws PlotdError ERR_FILE when there is no such upload, ERR_FONT_INVALID when it is no font
 */
export async function takeFonts<P>(
  task: Pick<Task<P>, 'texts' | 'fonts'>,
  params: P,
  { readUpload }: Pick<TaskFiles, 'readUpload'>,
): Promise<void> {
  for (const sha256 of uploadedFonts(task, params)) {
    if (!hasFont(sha256)) addUploadedFont(sha256, await readUpload(sha256))
  }
}
