import type { Paint } from './paint.ts'

/**
 * Progress drawn as the plotter draws it: ink, the pen, the line to come. `━━━━━━●┄┄┄┄`.
 *
 * @param share  0 … 1
 * @param cells  ≥ 1
 */
export function strokeBar(share: number, cells: number, paint: Paint): string {
  const done = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))
  if (done === 1) return '━'.repeat(cells)
  const ink = Math.min(cells - 1, Math.floor(done * cells))
  return '━'.repeat(ink) + paint.accent('●') + paint.dim('┄'.repeat(cells - ink - 1))
}
