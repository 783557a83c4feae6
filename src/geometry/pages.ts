/** Paper sizes, mm, portrait: ISO 216 and the North American ones. */
const PAGES: Readonly<Record<string, readonly [width: number, height: number]>> = {
  a0: [841, 1189],
  a1: [594, 841],
  a2: [420, 594],
  a3: [297, 420],
  a4: [210, 297],
  a5: [148, 210],
  a6: [105, 148],
  b3: [353, 500],
  b4: [250, 353],
  b5: [176, 250],
  b6: [125, 176],
  letter: [215.9, 279.4],
  legal: [215.9, 355.6],
  executive: [184.15, 266.7],
  tabloid: [279.4, 431.8],
  ledger: [279.4, 431.8],
  archa: [228.6, 304.8],
  archb: [304.8, 457.2],
}

/** Millimetres in each unit. */
const UNITS: Readonly<Record<string, number>> = { mm: 1, cm: 10, in: 25.4 }

/** The names that `pageSize` knows. */
export const pageNames: readonly string[] = Object.keys(PAGES)

/** Width and height in mm. */
export interface PageSize {
  readonly width: number
  readonly height: number
}

/**
 * A page from its name, in upper or lower case ('a5', 'Letter'), or its size ('210x148mm', '21x14.8cm', '8.5x11in'). A
 * size without a unit is in mm.
 *
 * @returns the size in mm, portrait for a name; undefined when the text is neither a name nor a size
 */
export function pageSize(text: string): PageSize | undefined {
  const name = text.trim().toLowerCase()
  const known = Object.hasOwn(PAGES, name) ? PAGES[name] : undefined
  if (known) return { width: known[0], height: known[1] }
  const size = /^(\d+(?:\.\d+)?)\s*(mm|cm|in)?\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|cm|in)?$/.exec(name)
  if (!size) return undefined
  const unit = UNITS[size[4] ?? size[2] ?? 'mm'] ?? 1
  const page = { width: Number(size[1]) * (UNITS[size[2] ?? ''] ?? unit), height: Number(size[3]) * unit }
  return page.width > 0 && page.height > 0 ? page : undefined
}

/** Whether a page fits on a sheet, upright or turned. Programs differ by up to 0.5 mm in the size of a sheet. */
export function fitsOn(page: PageSize, sheet: PageSize): boolean {
  const small = landscape(page)
  const large = landscape(sheet)
  return small.width <= large.width + 0.5 && small.height <= large.height + 0.5
}

/** The page with its longer side across. */
export const landscape = ({ width, height }: PageSize): PageSize =>
  width >= height ? { width, height } : { width: height, height: width }
