/**
 * The room `dxf`: drawings of CAD programs, R12 to 2018, ASCII and binary. `tags` and `document` read the file,
 * `matrix` and `curves` compute, `pen` holds layer and colour. `shapes`, `hatch`, `text` and `insert` draw entities.
 * `read-dxf` chooses one of these four for each entity.
 */
import { unitMm } from '../draw/canvas.ts'
import { defineImporter, type Importer } from '../importer.ts'
import { headLinesOf, headOf } from '../sniff.ts'

/** Number of bytes within which the first section must begin. */
const COMMENTS = 65_536

export const dxf: Importer = defineImporter({
  name: 'dxf',
  title: 'a DXF drawing',
  extensions: ['dxf'],
  sniff: (bytes) => {
    if (headOf(bytes).startsWith('AutoCAD Binary DXF\r\n')) return true
    const lines = headLinesOf(bytes, COMMENTS)
    let first = 0
    // Comments (group 999) and blank lines may stand before the first section.
    while (lines[first]?.trim() === '' || lines[first]?.trim() === '999') first += lines[first]?.trim() === '' ? 1 : 2
    return lines[first]?.trim() === '0' && lines[first + 1]?.trim() === 'SECTION'
  },
  read: async (bytes, { font, unit, hatches }) => {
    const { readDxf } = await import('./read-dxf.ts')
    return readDxf(bytes, { font, ...(hatches && { hatches }), ...(unit !== undefined && { unitMm: unitMm(unit) }) })
  },
})
