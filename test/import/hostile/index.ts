import { DXF } from './dxf.ts'
import type { HostileDocument } from './make.ts'
import { PDFS } from './pdf.ts'
import { PROGRAMS } from './programs.ts'
import { TEXTS } from './text.ts'

export type { HostileDocument } from './make.ts'

/** Documents that ask for far more work than their size. */
export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [...DXF, ...PROGRAMS, ...PDFS, ...TEXTS]
