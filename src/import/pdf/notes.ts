import type { ImportNote, ImportOptions } from '../importer.ts'
import { pageNotes } from '../pages.ts'
import type { Font, Page } from './instructions.ts'
import type { LossKind } from './shapes.ts'

/** Counts of the parts of a page, by the way in which they were drawn. */
export interface PartCounts {
  words: number
  /** Numbers of characters drawn as outlines, by font. The file gives the Unicode of the named ones. */
  readonly outlines: Map<Font, { named: number; unnamed: number }>
  /** Pictures that are not drawn, because the import has no `drawPicture`. */
  pictures: number
  /** Pictures that were drawn in strokes. */
  photos: number
  readonly lost: Map<LossKind, number>
}

/** Sentences about parts that are not drawn, by kind. */
const LOSSES: Partial<Record<LossKind | 'picture', (count: string) => string>> = {
  picture: (count) => `${count} picture will not be drawn (--pictures squiggle draws it)`,
  'small picture': (count) => `${count} picture will not be drawn: one of its sides is shorter than 3 mm`,
  'unreadable picture': (count) =>
    `${count} picture will not be drawn: plotd could not decode it, or it has over 60 million pixels`,
  'gradient without outline': (count) => `${count} gradient over the whole page will not be drawn`,
  'invisible character': (count) => `${count} invisible character will not be drawn`,
  'character without an outline': (count) => `${count} character will not be drawn: its font has no shape for it`,
  'text in a broken font': (count) => `${count} piece of text will not be drawn: its font in the file is broken`,
  'hidden layer': (count) => `${count} part on a hidden layer will not be drawn`,
  'nested too deep': (count) => `${count} pattern or character will not be drawn: it is nested too deep`,
}

/** Sentences about parts that are drawn in another way or ignored, by kind. */
const NOTES: Partial<Record<LossKind, (count: string) => string>> = {
  gradient: (count) => `${count} gradient is drawn as its outline`,
  'pattern too fine': (count) => `${count} fill with a fine pattern is drawn as its outline`,
  'character that is a drawing': (count) => `${count} character is drawn as outlines: its font is a set of drawings`,
  'soft mask': (count) => `${count} soft mask is ignored: the parts that it hides are drawn`,
  'text as a clip path': (count) => `${count} character is not used as a clip path: the parts outside it are drawn`,
}

/** The notes on a page that the user must read before plotting. */
export function notesOn(
  { words, outlines, pictures, photos, lost }: PartCounts,
  { annotations, onScreenOnly, hasErrors }: Page,
  { font, outlines: hasOutlines, page }: ImportOptions,
  { pages, mayBePrinted }: { readonly pages: number; readonly mayBePrinted: boolean },
): ImportNote[] {
  const notes: ImportNote[] = []
  const add = (code: ImportNote['code'], count: number, message: (count: string) => string): void => {
    if (count > 0) notes.push({ code, count, message: message(`${count} ×`) })
  }
  if (hasErrors) notes.push({ code: 'not-drawn', message: 'the PDF has errors: parts of the page may be missing' })
  add('not-drawn', pictures, LOSSES.picture ?? String)
  add('import', photos, (count) => `${count} picture is drawn in strokes, as a photo`)
  for (const [what, count] of lost) {
    const loss = LOSSES[what]
    const note = NOTES[what]
    if (loss) add('not-drawn', count, loss)
    if (note) add('import', count, note)
  }
  for (const [kind, count] of Object.entries(annotations))
    add('not-drawn', count, (many) => `${many} annotation (${kind}) will not be drawn: it has no picture in the file`)
  for (const [kind, count] of Object.entries(onScreenOnly))
    add('import', count, (many) => `${many} annotation (${kind}) is for the screen: the file says not to print it`)
  add('text-font', words, (count) => `${count} word is drawn in the stroke font ${font}`)
  for (const [{ name, isEmbedded }, { named, unnamed }] of outlines) {
    const says = (reason: string) => (count: string) =>
      `${count} character of ${name || 'a font'} is drawn as outlines${reason}`
    if (hasOutlines)
      add('import', named + unnamed, says(isEmbedded ? '' : ' of another font: its own font is not in the file'))
    else {
      add('import', named, says(': no stroke font has it'))
      add('import', unnamed, says(': the file does not say which character it is'))
    }
  }
  if (!mayBePrinted) notes.push({ code: 'import', message: 'the author of the PDF asks readers not to print it' })
  return [...notes, ...pageNotes(page, pages)]
}
