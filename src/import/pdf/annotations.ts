import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** Those annotations of a page that pdf.js does not draw by itself. The records hold counts by kind. */
export interface Annotations {
  /** Annotations for print that pdf.js does not draw, except the fields in `values`. */
  readonly notDrawn: Readonly<Record<string, number>>
  /** Annotations for the screen only: the file marks them as not to be printed. */
  readonly onScreenOnly: Readonly<Record<string, number>>
  /** The text of form fields that have no drawing of their own, by the id of the field. */
  readonly values: ReadonlyMap<string, string>
}

interface RawAnnotation {
  readonly id: string
  readonly subtype: string
  readonly hasAppearance: boolean
  readonly annotationFlags?: number
  readonly borderStyle?: { readonly width: number }
  readonly fieldType?: string | null
  readonly fieldValue?: unknown
}

/** Counts the annotations of a page that pdf.js does not draw, and reads the text of form fields among them. */
export async function annotationsOf(page: PDFPageProxy): Promise<Annotations> {
  const [forPrint, onScreen] = (await Promise.all([
    page.getAnnotations({ intent: 'print' }),
    page.getAnnotations({ intent: 'display' }),
  ])) as [RawAnnotation[], RawAnnotation[]]
  const isPrinted = new Set(forPrint.map(({ id }) => id))
  const values = new Map<string, string>()
  for (const { id, hasAppearance, fieldType, fieldValue } of forPrint)
    if (!hasAppearance && TEXT_FIELDS.has(fieldType ?? '') && typeof fieldValue === 'string' && fieldValue !== '')
      values.set(id, fieldValue)
  return {
    notDrawn: countByKind(
      forPrint.filter((annotation) => !isDrawn(annotation) && isVisible(annotation) && !values.has(annotation.id)),
    ),
    onScreenOnly: countByKind(onScreen.filter((annotation) => !isPrinted.has(annotation.id) && isVisible(annotation))),
    values,
  }
}

/** Kinds of form fields whose value is text: text fields and choices. */
const TEXT_FIELDS = new Set(['Tx', 'Ch'])

/** Kinds that pdf.js always draws. */
const MARKS = new Set('Highlight Underline Squiggly StrikeOut'.split(' '))
/** Kinds that pdf.js draws when the file gives the width of their line. */
const LINES = new Set('Line Square Circle PolyLine Polygon Ink'.split(' '))

const isDrawn = ({ subtype, hasAppearance, borderStyle }: RawAnnotation): boolean =>
  hasAppearance || MARKS.has(subtype) || (LINES.has(subtype) && (borderStyle?.width ?? 0) > 0)

/** The flags Hidden and NoView. */
const HIDDEN = 2 | 32

function isVisible({ subtype, borderStyle, hasAppearance, fieldValue, annotationFlags = 0 }: RawAnnotation): boolean {
  if (subtype === 'Popup' || (annotationFlags & HIDDEN) !== 0) return false
  if (subtype === 'Link') return hasAppearance || (borderStyle?.width ?? 0) > 0
  return subtype !== 'Widget' || hasAppearance || (typeof fieldValue === 'string' && fieldValue !== '')
}

function countByKind(annotations: readonly RawAnnotation[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { subtype } of annotations) {
    const kind = NAMES[subtype] ?? subtype
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

const NAMES: Readonly<Record<string, string>> = { Widget: 'form field', Link: 'border of a link', Text: 'note' }
