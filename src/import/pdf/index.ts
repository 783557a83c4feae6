/**
 * The room `pdf`: reads a page of a PDF. `document`, and the files that only `document` needs, know pdf.js and convert
 * a page to instructions. `interpret` executes the instructions with a graphics state, `words` joins glyphs into words,
 * and `write` makes the SVG.
 *
 * Words of all files, most of them from ISO 32000:
 *
 * - form: a drawing of its own, which a page or another drawing draws once or more often
 * - group: a form that is painted as a whole, with one opacity (transparency group), or that makes a soft mask
 * - content: a part of the instructions that may belong to a hidden layer (marked content)
 * - cell: the drawing that a pattern repeats
 * - Type 3 font: a font whose glyphs are drawings
 * - stencil: a picture with one bit a pixel, painted in the fill colour (image mask)
 */
import { defineImporter, type Importer } from '../importer.ts'
import { headOf } from '../sniff.ts'

/** Number of bytes at the start of a file that must contain the signature. Other bytes may stand before it. */
const SIGNATURE_WITHIN = 1024

export const pdf: Importer = defineImporter({
  name: 'pdf',
  title: 'a PDF',
  extensions: ['pdf'],
  sniff: (bytes) => /^(?![^%]*<svg).*?%PDF-\d/s.test(headOf(bytes, SIGNATURE_WITHIN)),
  // pdf.js is large, so a process that reads no PDF does not load it.
  pages: async (bytes) => (await import('./read-pdf.ts')).pagesOfPdf(bytes),
  read: async (bytes, options) => (await import('./read-pdf.ts')).readPdf(bytes, options),
})
