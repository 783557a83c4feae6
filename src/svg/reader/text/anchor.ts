import type { Style } from '../css/style.ts'

/** Share of a chunk's length that lies before its anchor. */
export function anchorShare(style: Style): number {
  const shares = style.direction === 'rtl' ? { start: 1, middle: 0.5, end: 0 } : { start: 0, middle: 0.5, end: 1 }
  return shares[style['text-anchor'] as keyof typeof shares] ?? 0
}
