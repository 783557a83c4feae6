import { addUploadedFont, hasFont, isUploadedFont } from '../hershey/index.ts'
import type { Task, TaskFiles } from './task.ts'

/** Hashes of the uploaded font files that a job's words are to be set in. */
export function uploadedFonts<P>(task: Pick<Task<P>, 'texts' | 'fonts'>, params: P): readonly string[] {
  const fonts = task.fonts?.(params) ?? task.texts?.(params).map(({ font }) => font) ?? NONE
  return fonts.some(isUploadedFont) ? fonts.filter(isUploadedFont) : NONE
}

const NONE: readonly string[] = []

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
