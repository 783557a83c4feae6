import { dxf } from './dxf/index.ts'
import { gcode } from './gcode/index.ts'
import { hpgl } from './hpgl/index.ts'
import type { Importer } from './importer.ts'
import { pdf } from './pdf/index.ts'
import { raster } from './raster/index.ts'
import { markdown, text } from './text/index.ts'

/**
 * The importers, in the order in which they check a file. Markdown and plain text are last, because they have no
 * signature.
 */
export const importers: readonly Importer[] = [pdf, raster, dxf, hpgl, gcode, markdown, text]
