import { toPlotdError } from '../../errors.ts'
import type { ReadLimits } from '../../svg/index.ts'
import { type DocumentFacts, describeDocument, isKnownForCertain } from '../../tasks/index.ts'
import { tasksWith } from '../custom-tasks/index.ts'
import { readUpload } from '../files/uploads.ts'

export interface DescribeInput {
  /** Folder of the uploads. */
  readonly uploads: string
  /** SHA-256 of the upload, in hexadecimal. */
  readonly upload: string
  /** The file's name, if the client gives one. */
  readonly name?: string
  readonly svgLimits?: Partial<ReadLimits>
  /** Files of modules that define importers; empty in the first call, which runs no code of users. */
  readonly modules: readonly string[]
  /** Whether there are modules that define importers. */
  readonly hasModules: boolean
}

/** The facts about an upload, or `isUncertain` when a user's importer may read the file. */
export type UploadFacts = DocumentFacts | { readonly isUncertain: true }

/**
 * Finds the facts about an upload. When the answer is `isUncertain`, the caller asks again with the modules.
 *
 * @throws PlotdError ERR_DOCUMENT when no task draws the file, or the file cannot be read; ERR_SVG_LIMIT, ERR_FILE,
 *   ERR_TASK_MODULE
 */
export async function describeUpload(input: DescribeInput): Promise<UploadFacts> {
  const { uploads, upload, name = '', svgLimits, modules, hasModules } = input
  const bytes = await readUpload(uploads, upload)
  if (hasModules && modules.length === 0 && !isKnownForCertain(bytes, name)) return { isUncertain: true }
  const most = svgLimits?.bytes
  const limits = most === undefined ? {} : { limits: { bytes: most, characters: most } }
  const customTasks = modules.length === 0 ? {} : await tasksWith(modules)
  try {
    return await describeDocument(bytes, { name, ...limits }, Object.values(customTasks))
  } catch (thrown) {
    throw toPlotdError(thrown, 'ERR_DOCUMENT')
  }
}
