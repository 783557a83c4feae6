import { landscape, type PageSize, pageSize } from '../../../../src/daemon/protocol/pages.ts'

/** The size of a paper, mm. */
export type Paper = PageSize

/**
 * Whether an image has the proportions of the paper. The browser rounds the sides of an image to whole pixels, so each
 * side may be off by less than a pixel.
 */
export const hasShapeOf = ({ width, height }: Paper, image: { naturalWidth: number; naturalHeight: number }): boolean =>
  Math.abs(image.naturalWidth * height - image.naturalHeight * width) < width + height

interface PlotPage {
  readonly pageSize?: string | undefined
  readonly options?: Readonly<Record<string, unknown>> | undefined
}

/**
 * The paper of a job before the daemon has rendered it: the page of the plot, else the size in the parameters.
 * Undefined when neither gives a size.
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
  const page = pageSize(size)
  return page && isLandscape ? landscape(page) : page
}
