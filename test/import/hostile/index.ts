import { DXF } from './dxf.ts'
import type { HostileDocument } from './make.ts'
import { PDFS } from './pdf.ts'
import { PROGRAMS } from './programs.ts'
import { TEXTS } from './text.ts'

export type { HostileDocument } from './make.ts'

/** Documents that need far more work than their size suggests. */
export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [...DXF, ...PROGRAMS, ...PDFS, ...TEXTS]
