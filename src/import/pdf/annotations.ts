import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** The annotations of a page. The records hold counts by kind. */
export interface Annotations {
  /**
   * Counts the visible, printable annotations that pdf.js does not draw.
   *
   * @param drawn  the ids of the annotations that pdf.js draws
   */
  readonly notDrawn: (drawn: ReadonlySet<string>) => Readonly<Record<string, number>>
  /** Counts the annotations that are visible on the screen, but that the file marks as not printable. */
  readonly onScreenOnly: Readonly<Record<string, number>>
  /** The ids of the visible, printable annotations that have a drawing in the file. */
  readonly withDrawing: ReadonlySet<string>
  /** The text of form fields that have no drawing of their own, by the id of the field. */
  readonly values: ReadonlyMap<string, string | readonly string[]>
}

interface RawAnnotation {
  readonly id: string
  readonly subtype: string
  readonly hasAppearance: boolean
  readonly annotationFlags?: number
  readonly borderStyle?: { readonly width: number }
  readonly borderColor?: unknown
  readonly backgroundColor?: unknown
  readonly fieldType?: string | null
  readonly fieldValue?: unknown
  readonly password?: boolean
  /** Whether a choice field shows only the chosen option. Other choice fields show all their options. */
  readonly combo?: boolean
  readonly options?: readonly { readonly displayValue?: string | null }[]
}

/**
 * Reads the annotations of a page, and the text of the form fields that have no drawing. Without this text, pdf.js does
 * not draw these fields.
 */
export async function annotationsOf(page: PDFPageProxy): Promise<Annotations> {
  const [forPrint, onScreen] = (await Promise.all([
    page.getAnnotations({ intent: 'print' }),
    page.getAnnotations({ intent: 'display' }),
  ])) as [RawAnnotation[], RawAnnotation[]]
  const isPrinted = new Set(forPrint.map(({ id }) => id))
  const values = new Map<string, string | readonly string[]>()
  for (const annotation of forPrint) {
    const value = fieldValueOf(annotation)
    if (value !== undefined) values.set(annotation.id, value)
  }
  return {
    withDrawing: new Set(forPrint.filter((one) => one.hasAppearance && isVisible(one)).map(({ id }) => id)),
    notDrawn: (drawn) => countByKind(forPrint.filter((one) => !drawn.has(one.id) && isVisible(one))),
    onScreenOnly: countByKind(onScreen.filter((annotation) => !isPrinted.has(annotation.id) && isVisible(annotation))),
    values,
  }
}

/** Matches text in Windows-1252. For any other character that a font lacks, pdf.js draws a wrong character. */
const PLAIN_TEXT = /^[\s -~\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/

/**
 * The value of a field without a drawing: the text of a text field, or the chosen texts of a choice field. Undefined
 * for all other fields, for a password, for a field that would show nothing, and when `PLAIN_TEXT` does not match the
 * text or an option. A list without options and text shows nothing. A text field or a combo box without text and frame
 * shows nothing.
 */
function fieldValueOf(annotation: RawAnnotation): string | readonly string[] | undefined {
  const { hasAppearance, fieldType, password, combo, options = [] } = annotation
  if (hasAppearance || password === true) return undefined
  const texts = textsOf(annotation)
  const shown = [...texts, ...options.map(({ displayValue }) => displayValue ?? '')]
  if (!shown.every((text) => PLAIN_TEXT.test(text))) return undefined
  if (fieldType === 'Ch' && combo !== true) return texts.length + options.length > 0 ? texts : undefined
  const isOneLine = (fieldType === 'Tx' || fieldType === 'Ch') && (texts.length > 0 || isFramed(annotation))
  return isOneLine ? (texts[0] ?? '') : undefined
}

const textsOf = ({ fieldValue }: RawAnnotation): readonly string[] =>
  [fieldValue].flat().filter((text): text is string => typeof text === 'string' && text !== '')

const isFramed = ({ borderColor, backgroundColor }: RawAnnotation): boolean =>
  Boolean(borderColor) || Boolean(backgroundColor)

/** The flags Hidden and NoView. */
const HIDDEN = 2 | 32
/** The value of a check box or radio button that is off. */
const OFF = 'Off'

function isVisible(annotation: RawAnnotation): boolean {
  const { subtype, borderStyle, hasAppearance, annotationFlags = 0 } = annotation
  if (subtype === 'Popup' || (annotationFlags & HIDDEN) !== 0) return false
  if (subtype === 'Link') return hasAppearance || (borderStyle?.width ?? 0) > 0
  if (subtype !== 'Widget' || hasAppearance || isFramed(annotation)) return true
  return textsOf(annotation).some((text) => text !== OFF || annotation.fieldType !== 'Btn')
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
