import type { Frame, Interval, Places } from './frames.ts'

/** The place of one line. */
export interface Slot extends Interval {
  readonly frame: number
  readonly page: number
  /** Baseline of the line, mm from the top of the page. */
  readonly baseline: number
  /** White between the descent of the line and the lower edge of the column, mm. */
  readonly below: number
  /**
   * Whether no line can stand above this line in its column, because this line is at the top or below a shape at the
   * top.
   */
  readonly isTop: boolean
}

/** The page of a line for which the shapes leave no place on any page. */
export const NO_PAGE = Infinity

/** The earliest place of the next line. */
export interface Cursor {
  readonly frame: number
  /** Highest point that the next line may have, mm from the top of the page. */
  readonly y: number
  readonly isTop: boolean
}

/** Heights of the lines of a block, mm. */
export interface Leading {
  readonly ascent: number
  readonly descent: number
  /** Distance of baselines. */
  readonly step: number
}

/** The columns of all pages, in reading order. */
export type Frames = (index: number) => Frame

/** A place next to a shape stays white when it is narrower than this many ascents. */
const NARROWEST = 5

/** Places for the lines of one block, from a cursor on, computed on demand. */
export class Slots {
  readonly #slots: Slot[] = []
  readonly #frames: Frames
  readonly #places: Places
  readonly #leading: Leading
  readonly #banned: ReadonlySet<string>
  #cursor: Cursor

  constructor(frames: Frames, places: Places, leading: Leading, from: Cursor, banned: ReadonlySet<string> = new Set()) {
    this.#frames = frames
    this.#places = places
    this.#leading = leading
    this.#cursor = from
    this.#banned = banned
  }

  at(line: number): Slot {
    while (this.#slots.length <= line) this.#slots.push(this.#next())
    return this.#slots[line] as Slot
  }

  /** The cursor after a number of lines. */
  after(lines: number): Cursor {
    if (lines === 0) return this.#cursor
    const { frame, baseline } = this.at(lines - 1)
    const { ascent, step } = this.#leading
    return { frame, y: baseline + step - ascent, isTop: false }
  }

  #next(): Slot {
    const last = this.#slots.at(-1)
    if (last?.page === NO_PAGE) return last
    const { ascent, descent, step } = this.#leading
    const first = this.#frames(this.#cursor.frame).page
    for (;;) {
      const { frame: index, y, isTop } = this.#cursor
      const frame = this.#frames(index)
      const baseline = y + ascent
      // The number of whole pages without a place is above the number of banned slots. So one of these pages has no
      // place even without a ban, and all later pages have the same shapes.
      if (frame.page > first + 1 + this.#banned.size)
        return { x: frame.x, width: frame.width, frame: index, page: NO_PAGE, baseline, below: Infinity, isTop: true }
      const bottom = frame.y + frame.height
      if (baseline + descent > bottom + 1e-6 && !(isTop && y <= frame.y)) {
        this.#cursor = { frame: index + 1, y: this.#frames(index + 1).y, isTop: true }
        continue
      }
      const place = this.#places.at(frame, y, baseline + descent)
      const isFree = place.width >= Math.min(frame.width, NARROWEST * ascent)
      this.#cursor = { frame: index, y: y + step, isTop: isTop && !isFree }
      if (!isFree) continue
      const slot = { ...place, frame: index, page: frame.page, baseline, below: bottom - baseline - descent, isTop }
      if (!this.#banned.has(keyOf(slot))) return slot
    }
  }
}

/** The key of a slot, by which it can be banned. */
export const keyOf = ({ frame, baseline }: Pick<Slot, 'frame' | 'baseline'>): string =>
  `${frame} ${baseline.toFixed(3)}`
