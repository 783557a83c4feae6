/** The size of a paper, mm. */
export interface Paper {
  readonly width: number
  readonly height: number
}

/** The sheets that the page knows by name, mm, in portrait. The daemon knows more (`src/geometry/pages.ts`). */
const NAMED: Readonly<Record<string, readonly [number, number]>> = {
  a3: [297, 420],
  a4: [210, 297],
  a5: [148, 210],
  a6: [105, 148],
  letter: [215.9, 279.4],
  tabloid: [279.4, 431.8],
}

interface PlotPage {
  readonly pageSize?: string | undefined
  readonly options?: Readonly<Record<string, unknown>> | undefined
}

/**
 * The paper of a job before the daemon has rendered it: the page of the plot, else the size in the parameters.
 * Undefined when neither is a size that `paperOfSize` knows.
 */
export function paperOf(params: unknown, plot?: PlotPage): Paper | undefined {
  const page =
    plot?.pageSize === undefined ? undefined : paperOfSize(plot.pageSize, plot.options?.['landscape'] === true)
  if (page) return page
  const { size, orientation, width, height } = (params ?? {}) as Readonly<Record<string, unknown>>
  if (typeof size === 'string') {
    const card = paperOfSize(size, true)
    return card && orientation === 'portrait' ? { width: card.height, height: card.width } : card
  }
  if (typeof width === 'number' && typeof height === 'number' && width > 0 && height > 0) return { width, height }
  return undefined
}

/** @param size  the name of a sheet, or a width and a height, such as '148x105mm' */
function paperOfSize(size: string, isLandscape: boolean): Paper | undefined {
  const named = NAMED[size.toLowerCase()]
  const [, a, b, unit] = /^(\d+(?:\.\d+)?)\s*x\s*(\d+(?:\.\d+)?)\s*(mm|cm|in)?$/i.exec(size) ?? []
  const mm = { mm: 1, cm: 10, in: 25.4 }[unit?.toLowerCase() ?? 'mm'] ?? 1
  const [short, long] = named ?? [Number(a) * mm, Number(b) * mm]
  if (!(short > 0 && long > 0)) return undefined
  if (!named && !isLandscape) return { width: short, height: long }
  return isLandscape
    ? { width: Math.max(short, long), height: Math.min(short, long) }
    : { width: Math.min(short, long), height: Math.max(short, long) }
}
