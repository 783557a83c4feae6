import { addUploadedFont, hasFont, isUploadedFont, withoutFeatures } from '../hershey/index.ts'
import type { Task, TaskFiles, TaskText } from './task.ts'

/**
 * SHA-256 of each uploaded font that a job uses, in its texts or elsewhere.
 *
 * @param texts  the job's texts, when the caller already has them
 */
export function uploadedFonts<P>(
  task: Pick<Task<P>, 'texts' | 'fonts'>,
  params: P,
  texts = textsOf(task, params),
): readonly string[] {
  const fonts = [...(task.fonts?.(params) ?? []), ...texts.map(({ font }) => font)].filter(isUploadedFont)
  return fonts.length === 0 ? NO_FONTS : [...new Set(fonts.map(withoutFeatures))]
}

const NO_FONTS: readonly string[] = []

export const textsOf = <P>(task: Pick<Task<P>, 'texts'>, params: P): readonly TaskText[] => task.texts?.(params) ?? []

/**
 * Loads the uploaded fonts of a job in this thread, with their SHA-256 as names.
 *
 * @throws PlotdError ERR_FILE when there is no such upload, ERR_FONT_INVALID when it is not a font
 */
export async function loadUploadedFonts<P>(
  task: Pick<Task<P>, 'texts' | 'fonts'>,
  params: P,
  { readUpload }: Pick<TaskFiles, 'readUpload'>,
): Promise<void> {
  for (const sha256 of uploadedFonts(task, params)) {
    if (!hasFont(sha256)) await addUploadedFont(sha256, await readUpload(sha256))
  }
}
