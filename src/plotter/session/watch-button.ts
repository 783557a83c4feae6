import type { Clock } from '../link/clock.ts'

/** Interval between readings of the board's button while plotd waits for a press, ms. */
const BUTTON_MS = 250

/**
 * Calls `onPress` at each press of a button, until the returned function is called. A press before the first reading
 * does not count, although an EBB stores it.
 *
 * @param readButton  the driver's `takeButton`; rejects while the button cannot be read
 */
export function watchButton(
  clock: Clock,
  readButton: (forget: boolean) => Promise<boolean>,
  onPress: () => void,
): () => void {
  let isFirst = true
  let isOver = false
  let cancel = () => {}
  const read = async (): Promise<boolean> => {
    const answer = await readButton(isFirst)
    isFirst = false
    return answer
  }
  const poll = async (): Promise<void> => {
    const isPressed = await read().catch(() => false)
    if (isOver) return
    if (isPressed) onPress()
    cancel = clock.after(BUTTON_MS, () => void poll())
  }
  void poll()
  return () => {
    isOver = true
    cancel()
  }
}
