/**
 * The room `dxf`: drawings of CAD programs, R12 to 2018, ASCII and binary. `tags` and `document` read the file,
 * `matrix` and `curves` compute, `pen` holds layer and colour. `shapes`, `hatch`, `text` and `insert` draw the
 * entities, and `read-dxf` joins them.
 */
import { unitMm } from '../draw/canvas.ts'
import { defineImporter, type Importer } from '../importer.ts'
import { headOf } from '../sniff.ts'

/** A comment (group 999) may stand before the first section. */
const OPENING =
  /^(?:\u00ef\u00bb\u00bf)?\s*(?:999[^\S\n]*\r?[\n\r][^\n\r]*[\n\r]+\s*)*0[^\S\n\r]*[\n\r]+[^\S\n\r]*SECTION\s/

export const dxf: Importer = defineImporter({
  name: 'dxf',
  title: 'a DXF drawing',
  extensions: ['dxf'],
  sniff: (bytes) => {
    const head = headOf(bytes)
    return head.startsWith('AutoCAD Binary DXF\r\n') || OPENING.test(head)
  },
  read: async (bytes, { font, unit, hatches }) => {
    const { readDxf } = await import('./read-dxf.ts')
    return readDxf(bytes, { font, ...(hatches && { hatches }), ...(unit !== undefined && { unitMm: unitMm(unit) }) })
  },
})
