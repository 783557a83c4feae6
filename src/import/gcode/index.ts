/**
 * The room `gcode`: programs of plotters, lasers and mills in G-code. `words` splits lines into words, `moves` executes
 * the words, `pen` detects when the pen is down, and `read-gcode` makes strokes.
 */
import { defineImporter, type Importer } from '../importer.ts'
import { headOf } from '../sniff.ts'

/** Matches a line that has only words of G-code. `sniff` first removes comments and spaces from the line. */
const BLOCK = /^\/?(?:N\d+)?(?:[A-Z][+-]?(?:\d+\.?\d*|\.\d+))+(?:\*\d+)?$/
/** Matches a line that calls a macro or a command of Klipper, such as SET_SERVO. */
const MACRO = /^[A-Z]+_/
/** Minimum fraction of the first lines of a G-code file that match BLOCK. */
const MIN_BLOCKS = 0.8

export const gcode: Importer = defineImporter({
  name: 'gcode',
  title: 'a G-code program',
  extensions: ['gcode', 'nc', 'ngc', 'gc', 'gco', 'cnc', 'tap'],
  sniff: (bytes) => {
    const lines = headOf(bytes)
      .split(/[\r\n]+/)
      .slice(0, -1)
      .map((line) =>
        line
          .replace(/\([^)]*\)?|;.*$/g, '')
          .replaceAll(/\s+/g, '')
          .toUpperCase(),
      )
      .filter((line) => line !== '' && line !== '%' && !line.startsWith('$') && !MACRO.test(line))
    const blocks = lines.filter((line) => BLOCK.test(line))
    return blocks.length >= MIN_BLOCKS * lines.length && blocks.some((line) => /G0*[0-3](?!\d)/.test(line))
  },
  read: async (bytes, { penDownZ }) =>
    (await import('./read-gcode.ts')).readGcode(bytes, penDownZ === undefined ? {} : { penDownZ }),
})
