import type { Clock } from '../link/clock.ts'

/** While an answer by the board's button is waited for, the button is read this often. */
const BUTTON_MS = 250

/**
 * Calls `pressed` each time a button is pressed, until the result is called. A press from before does not count, although
 * boards keep it.
 *
 * @param take  reads the button, as `Driver.takeButton`; rejects while it cannot be read
 */
export function watchButton(
  clock: Clock,
  take: (forget: boolean) => Promise<boolean>,
  pressed: () => void,
): () => void {
  let [isFirst, isOver, cancel] = [true, false, () => {}]
  const read = async (): Promise<boolean> => {
    const answer = await take(isFirst)
    isFirst = false
    return answer
  }
  const look = async (): Promise<void> => {
    const isPressed = await read().catch(() => false)
    if (isOver) return
    if (isPressed) pressed()
    cancel = clock.after(BUTTON_MS, () => void look())
  }
  void look()
  return () => {
    isOver = true
    cancel()
  }
}
