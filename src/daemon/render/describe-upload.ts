import type { ReadLimits } from '../../svg/index.ts'
import { type DocumentFacts, describeDocument } from '../../tasks/index.ts'
import { readUpload } from '../files/uploads.ts'

export interface DescribeInput {
  readonly uploads: string
  readonly upload: string
  readonly name?: string
  readonly svgLimits?: Partial<ReadLimits>
}

/** @throws PlotdError ERR_DOCUMENT when no task draws the file; ERR_SVG_LIMIT, ERR_FILE */
export async function describeUpload({ uploads, upload, name = '', svgLimits }: DescribeInput): Promise<DocumentFacts> {
  const bytes = svgLimits?.bytes
  const limits = bytes === undefined ? {} : { limits: { bytes, characters: bytes } }
  return describeDocument(await readUpload(uploads, upload), { name, ...limits })
}
