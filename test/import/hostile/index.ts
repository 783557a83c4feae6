import { DXF } from './dxf.ts'
import type { HostileDocument } from './make.ts'
import { PDFS } from './pdf.ts'
import { PROGRAMS } from './programs.ts'
import { TEXTS } from './text.ts'

export type { HostileDocument } from './make.ts'

/** Documents that may take an importer far more time or memory than their size suggests. */
export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [...DXF, ...PROGRAMS, ...PDFS, ...TEXTS]
