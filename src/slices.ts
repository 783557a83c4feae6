/**
 * Divides long work of the main thread into slices, so that the event loop does other work between them. All callers of
 * `inSlices`, `mapInSlices`, `sortInSlices` and `nextSlice` share one slice in each turn of the loop. Each caller of
 * `inOwnSlices` or `inOwnTurns` takes a slice of its own in each turn.
 */

/** The length of a shared slice, ms. */
const SLICE_MS = 4
/** The length of a slice that is not shared, ms: shorter, because several such slices may run in one turn. */
const OWN_SLICE_MS = 2
/** Number of items that `sortInSlices` sorts between two checks of the clock. */
const RUN = 500

const waiting: (() => void)[] = []
let end = 0

/** Whether long work must wait for its next slice, because the present slice is over or there is none. */
export const isSliceOver = (): boolean => performance.now() >= end

/**
 * Resolves in a later turn of the event loop, when the caller's slice begins. Callers get slices in the order of their
 * calls.
 */
export function nextSlice(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(begin)
  })
}

function begin(): void {
  end = performance.now() + SLICE_MS
  waiting.shift()?.()
  // An immediate that is set here runs in the next turn.
  if (waiting.length > 0) setImmediate(begin)
}

/**
 * Visits every item in slices of the caller's own, one in every turn: for work that all clients wait for.
 *
 * @returns a promise for the rest; undefined when the first slice was enough
 */
export function inOwnSlices<T>(items: readonly T[], visit: Visit<T>): Promise<void> | undefined {
  let isPresentOver = ownSlice()
  const isOver = (): boolean => isPresentOver()
  const next = async (): Promise<void> => {
    await new Promise((turn) => setImmediate(turn))
    isPresentOver = ownSlice()
  }
  return visitAll(items, { visit, step: 1, isOver, next })
}

/** Begins a slice of the caller's own. @returns a function that tells whether the slice is over */
export function ownSlice(): () => boolean {
  const end = performance.now() + OWN_SLICE_MS
  return () => performance.now() >= end
}

/** Takes a generator's steps in slices of the caller's own, one in every turn. @returns the generator's result */
export async function inOwnTurns<T>(steps: Iterator<unknown, T>): Promise<T> {
  for (let isOver = ownSlice(); ; ) {
    const { done, value } = steps.next()
    if (done === true) return value
    if (!isOver()) continue
    await new Promise((turn) => setImmediate(turn))
    isOver = ownSlice()
  }
}

/**
 * Visits every item in shared slices, the first items at once.
 *
 * @param step  items between two checks of the clock
 * @returns a promise for the rest; undefined when the first slice was enough
 */
export function inSlices<T>(items: readonly T[], visit: Visit<T>, step = 1): Promise<void> | undefined {
  return visitAll(items, { visit, step, isOver: isSliceOver, next: nextSlice })
}

/** Maps every item in shared slices. @returns the results, or a promise for them when the first slice was not enough */
export function mapInSlices<T, U>(items: readonly T[], map: (item: T, index: number) => U): U[] | Promise<U[]> {
  const results = new Array<U>(items.length)
  const mapping = inSlices(items, (item, i) => {
    results[i] = map(item, i)
  })
  return mapping === undefined ? results : mapping.then(() => results)
}

/** Sorts in shared slices, as `Array.prototype.toSorted` does. */
export async function sortInSlices<T>(items: readonly T[], compare: (a: T, b: T) => number): Promise<readonly T[]> {
  const starts = Array.from({ length: Math.ceil(items.length / RUN) }, (_, i) => i * RUN)
  let runs: (readonly T[])[] = []
  await inSlices(starts, (start) => {
    runs.push(items.slice(start, start + RUN).sort(compare))
  })
  while (runs.length > 1) {
    const longer: (readonly T[])[] = []
    for (let i = 0; i < runs.length; i += 2) longer.push(await merge(runs[i] ?? [], runs[i + 1] ?? [], compare))
    runs = longer
  }
  return runs[0] ?? []
}

/** Merges two sorted lists in shared slices. Of equal items, those of `a` come first. */
async function merge<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): Promise<readonly T[]> {
  const merged: T[] = []
  let i = 0
  let j = 0
  while (merged.length < a.length + b.length) {
    if (merged.length % RUN === 0 && isSliceOver()) await nextSlice()
    const isFromB = i >= a.length || (j < b.length && compare(b[j] as T, a[i] as T) < 0)
    merged.push((isFromB ? b[j++] : a[i++]) as T)
  }
  return merged
}

type Visit<T> = (item: T, index: number) => void

interface Visiting<T> {
  readonly visit: Visit<T>
  readonly step: number
  readonly isOver: () => boolean
  readonly next: () => Promise<void>
}

/**
 * Visits the items until the slice is over, and returns a promise for the rest. A list that fits into the slice needs
 * no promise.
 */
function visitAll<T>(items: readonly T[], visiting: Visiting<T>): Promise<void> | undefined {
  const { visit, step, isOver } = visiting
  let index = 0
  for (const item of items) {
    if (index > 0 && index % step === 0 && isOver()) return visitRest(items.slice(index), index, visiting)
    visit(item, index++)
  }
  return undefined
}

async function visitRest<T>(
  items: readonly T[],
  first: number,
  { visit, step, isOver, next }: Visiting<T>,
): Promise<void> {
  let index = first
  for (const item of items) {
    if (index % step === 0 && isOver()) await next()
    visit(item, index++)
  }
}
