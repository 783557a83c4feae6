/**
 * The room `hpgl`: plotter files in HP-GL and HP-GL/2. `parser` divides a file into instructions. `interpreter`
 * executes instructions on a `page`, with `scaling`, `line-type`, `labels` and `polygons`. `encoded` decodes the
 * instruction PE, `shapes` computes curves, and `read-hpgl` reads one page of a file.
 */
import { defineImporter, type Importer } from '../importer.ts'
import { pageNotes, requirePage } from '../pages.ts'
import { hasEnding, headOf, NAMED_HEAD } from '../sniff.ts'
import { INSTRUCTIONS, type Instruction, instructionsOf } from './parser.ts'

/**
 * Frequent instructions that draw ink or move the pen. The start of a plotter file must have at least two, unless the
 * file has the name of a plotter file. The same instruction may count twice.
 */
const DRAWING = new Set('PU PD PA PR PE AA AR AT CI EA ER RA RR EW WG LB BZ BR'.split(' '))
/** Minimum fraction of known instructions in the start of a plotter file. */
const MIN_KNOWN = 0.9
/** Minimum fraction in a file that has the name of a plotter file. Old plotters have instructions of their own. */
const MIN_KNOWN_NAMED = 0.5

const EXTENSIONS = ['hpgl', 'hpg', 'hp', 'plt', 'hgl', 'gl2', 'plo']

export const hpgl: Importer = defineImporter({
  name: 'hpgl',
  title: 'an HP-GL plotter file',
  extensions: EXTENSIONS,
  sniff: (bytes, name) => {
    const head = headOf(bytes)
    if (!/[A-Za-z]{2}/.test(head) || /^\s*[<{[#/*]/.test(head)) return false
    if (drawingIn(head, MIN_KNOWN).length >= 2) return true
    // One vector is enough in a file with the name of a plotter file. The first vector may follow long labels.
    const isNamed = hasEnding(name, EXTENSIONS)
    return isNamed && drawingIn(headOf(bytes, NAMED_HEAD), MIN_KNOWN_NAMED).some(({ numbers }) => numbers.length >= 2)
  },
  pages: async (bytes) => (await import('./read-hpgl.ts')).hpglPages(bytes),
  read: async (bytes, { font, page }) => {
    const { hpglPages, readHpgl } = await import('./read-hpgl.ts')
    const pages = hpglPages(bytes)
    requirePage(page, pages)
    const { svg, notes } = readHpgl(bytes, { font, page })
    return { svg, notes: [...notes, ...pageNotes(page, pages)] }
  },
})

/** The instructions that draw ink or move the pen; none if too many instructions are unknown. */
function drawingIn(head: string, minKnown: number): Instruction[] {
  const all = [...instructionsOf(head)]
  const known = all.filter(({ name }) => INSTRUCTIONS.has(name))
  return known.length >= minKnown * all.length ? known.filter(({ name }) => DRAWING.has(name)) : []
}
