/** One movement of a hand over the sheet: an event for each frame, as the browser's own language. */
export interface Movement {
  readonly name: string
  /** Body of a function of (canvas, i): dispatches the i-th event. */
  readonly step: string
  readonly frames: number
}

const wheel = (delta: string) =>
  `canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: ${delta}, clientX: at.x, clientY: at.y, bubbles: true, cancelable: true }))`
const drag = (dx: string, dy: string) => `
  const spot = (k) => ({ pointerId: 1, clientX: at.x + (${dx}), clientY: at.y + (${dy}), bubbles: true })
  if (i === 0) canvas.dispatchEvent(new PointerEvent('pointerdown', spot(0)))
  else canvas.dispatchEvent(new PointerEvent('pointermove', spot(i)))
  if (i === last) canvas.dispatchEvent(new PointerEvent('pointerup', spot(i)))`

/** What a person does: look around, come closer, look around there, and go back. */
export const MOVEMENTS: readonly Movement[] = [
  { name: 'pan, the whole sheet', step: drag('120 * Math.sin(k / 15)', '80 * Math.sin(k / 11)'), frames: 180 },
  { name: 'zoom in and out, 6 ×', step: wheel('i % 120 < 60 ? -20 : 20'), frames: 240 },
  { name: 'zoom in to 6 ×', step: wheel('-20'), frames: 60 },
  { name: 'pan, at 6 ×', step: drag('300 * Math.sin(k / 25)', '200 * Math.sin(k / 19)'), frames: 180 },
  { name: 'pan and stop, at 6 ×', step: drag('6 * Math.floor(k / 20) * 20', '0'), frames: 120 },
  { name: 'zoom out again', step: wheel('20'), frames: 60 },
]

/**
 * For each frame: the time of the main thread from its beginning until all that it had to do for it, painting included,
 * was done; and how long after the frame before it came. ms
 */
export const measured = ({ step, frames }: Movement): string => `new Promise((resolve) => {
  const canvas = document.querySelector('main canvas')
  canvas.setPointerCapture = () => {}
  const box = canvas.getBoundingClientRect()
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const [work, apart, last] = [[], [], ${frames - 1}]
  const channel = new MessageChannel()
  let [begun, before, i] = [0, 0, 0]
  channel.port1.onmessage = () => work.push(performance.now() - begun)
  const frame = (now) => {
    begun = performance.now()
    if (before > 0) apart.push(now - before)
    before = now
    if (i <= last) { ${step} }
    channel.port2.postMessage(0)
    if (++i < last + 15) requestAnimationFrame(frame)
    else setTimeout(() => resolve({ work, apart }), 50)
  }
  requestAnimationFrame(frame)
})`
