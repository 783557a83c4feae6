/**
 * The room `raster`: reads the raster pages of print systems, PWG Raster and Apple Raster (URF). `pages` finds and
 * decodes pages, `tones` finds and draws pictures, `thin` thins ink to centre lines, and `trace` turns centre lines
 * into strokes. `import/index.ts` exports parts of `thin` and `trace`.
 */
import { defineImporter, type Importer } from '../importer.ts'
import { headOf } from '../sniff.ts'

export const raster: Importer = defineImporter({
  name: 'raster',
  title: 'a raster page of a printer (PWG or URF)',
  extensions: ['pwg', 'urf', 'ras'],
  sniff: (bytes) => /^(RaS2PwgRaster\b|UNIRAST)/.test(headOf(bytes, 64)),
  pages: async (bytes) => (await import('./pages.ts')).pagesIn(bytes).length,
  read: async (bytes, options) => (await import('./read-raster.ts')).readRaster(bytes, options),
})
