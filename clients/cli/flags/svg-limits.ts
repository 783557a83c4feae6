import type { ReadOptions } from '../../../src/index.ts'

/** How much of an SVG is read here: as much as a daemon with the usual configuration reads. @throws PlotdError ERR_CONFIG */
export async function svgLimits(): Promise<Required<NonNullable<ReadOptions['limits']>>> {
  const { loadConfig } = await import('../../../src/daemon/config/config.ts')
  return loadConfig().config.svg
}
