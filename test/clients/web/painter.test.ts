import { afterEach, expect, it, vi } from 'vitest'
import { Painter } from '../../../clients/web/src/sheet/painter.ts'
import type { SheetPlan } from '../../../clients/web/src/sheet/plan.ts'
import type { Colors, Scene } from '../../../clients/web/src/sheet/scene.ts'

afterEach(() => void vi.unstubAllGlobals())

const colors = {} as Colors
const frame = { width: 200, height: 100, ratio: 1 }
const sheetOf = (plan: SheetPlan): Scene => ({ width: 200, height: 100, travel: false, plan })

/** A painter whose thread answers at once, with an image that names its request. */
function painterWithThread(): Painter {
  class Thread {
    onmessage: ((event: { data: unknown }) => void) | undefined
    postMessage({ number }: { number?: number }): void {
      if (number !== undefined)
        this.onmessage?.({ data: { number, bitmap: { number, width: 200, height: 100, close: () => {} } } })
    }
  }
  class Canvas {
    width = 1
    height = 1
    getContext = () => ({ reset: () => {}, drawImage: () => {} })
  }
  vi.stubGlobal('Worker', Thread)
  vi.stubGlobal('OffscreenCanvas', Canvas)
  return new Painter()
}

const context = (drawn: unknown[]) =>
  ({
    canvas: { width: 200, height: 100 },
    clearRect: () => {},
    drawImage: (image: { number?: number }) => drawn.push(image.number),
  }) as unknown as CanvasRenderingContext2D
const whole = { scale: 1, x: 0, y: 0 }
const near = { scale: 4, x: -300, y: -150 }
const panned = { ...near, x: 300 }

it('shows no image of an earlier plan beside the image of a new plan when the user pans', () => {
  const painter = painterWithThread()
  const drawn: unknown[] = []
  const first = {} as SheetPlan
  painter.draw(sheetOf(first), whole, frame, colors, () => {})
  painter.draw(sheetOf(first), near, frame, colors, () => {})
  painter.show(context(drawn), panned, 1)
  expect(drawn).toEqual([1, undefined])
  painter.draw(sheetOf({} as SheetPlan), near, frame, colors, () => {})
  drawn.length = 0
  painter.show(context(drawn), panned, 1)
  expect(drawn).toEqual([undefined])
})

it.each([
  ['the colours', {}, { ...colors }],
  ['the pen-up moves', { travel: true }, colors],
  ['the ink to that of another sheet', { executed: 2 }, colors],
])('shows the whole sheet as it was while the user pans, but not after a change of %s', (_, change, nextColors) => {
  const painter = painterWithThread()
  const drawn: unknown[] = []
  const scene = { ...sheetOf({} as SheetPlan), executed: 5 }
  painter.draw(scene, whole, frame, colors, () => {})
  painter.draw({ ...scene, executed: 6 }, near, frame, colors, () => {})
  painter.show(context(drawn), panned, 1)
  expect(drawn).toEqual([1, undefined])
  painter.draw({ ...scene, executed: 6, ...change }, near, frame, nextColors, () => {})
  drawn.length = 0
  painter.show(context(drawn), panned, 1)
  expect(drawn).toEqual([undefined])
})
