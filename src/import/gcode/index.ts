/**
 * The room `gcode`: programs of plotters, lasers and mills in G-code. `words` splits lines into words, `moves` executes
 * the words, `pen` detects when the pen is down, and `read-gcode` makes strokes.
 */
import { defineImporter, type Importer } from '../importer.ts'
import { hasEnding, headLinesOf, NAMED_HEAD } from '../sniff.ts'

/** Matches a line that has only words of G-code. `sniff` first removes comments and spaces from the line. */
const BLOCK = /^\/?(?:N\d+)?(?:[A-Z][+-]?(?:\d+\.?\d*|\.\d+))+(?:\*\d+)?$/
/** Matches a line that calls a macro or a command of Klipper, such as SET_SERVO. */
const MACRO = /^[A-Z]+_/
/** Matches a word that programs have, and other texts hardly ever have. */
const SIGN = /[GMXY][+-]?[\d.]/
/** Minimum fraction of the first lines of a G-code file that match BLOCK. */
const MIN_BLOCKS = 0.8

const EXTENSIONS = ['gcode', 'nc', 'ngc', 'gc', 'gco', 'cnc', 'tap']

export const gcode: Importer = defineImporter({
  name: 'gcode',
  title: 'a G-code program',
  extensions: EXTENSIONS,
  sniff: (bytes, name) => {
    const lines = codeIn(headLinesOf(bytes))
    const blocks = lines.filter((line) => BLOCK.test(line))
    if (blocks.length >= MIN_BLOCKS * lines.length && blocks.some((line) => /G0*[0-3](?!\d)/.test(line))) return true
    // A program may begin with a long comment, such as a picture of the part, or have many lines that compute.
    return (
      hasEnding(name, EXTENSIONS) &&
      codeIn(headLinesOf(bytes, NAMED_HEAD)).some((line) => BLOCK.test(line) && SIGN.test(line))
    )
  },
  read: async (bytes, { penDownZ }) =>
    (await import('./read-gcode.ts')).readGcode(bytes, penDownZ === undefined ? {} : { penDownZ }),
})

/**
 * The lines in upper case, without comments and spaces. Empty lines, lines that begin with `%`, `$` or `//`, and lines
 * that call a macro are left out.
 */
const codeIn = (lines: readonly string[]): string[] =>
  lines
    .map((line) =>
      line
        .replace(/\([^)]*\)?|;.*$/g, '')
        .replaceAll(/\s+/g, '')
        .toUpperCase(),
    )
    .filter((line) => line !== '' && !/^(?:%|\$|\/\/)/.test(line) && !MACRO.test(line))
