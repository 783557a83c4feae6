import { boxesOf } from './boxes.ts'
import { picture } from './paint.ts'
import type { SheetPlan } from './plan.ts'
import type { Frame, Inks, Scene } from './scene.ts'
import { type View, windowOf } from './view.ts'

/** The strokes that the pictures asked for from now on are of. */
export interface NewPlan {
  readonly plan: SheetPlan
}

/** A picture of the strokes; one that is under way is given up for it. */
export interface Wanted {
  readonly number: number
  readonly scene: Omit<Scene, 'plan' | 'image'>
  readonly view: View
  readonly frame: Frame
  readonly inks: Inks
}

export interface Painted {
  readonly number: number
  readonly bitmap: ImageBitmap
}

/** A slice of painting between two looks at what is wanted, ms. */
const SLICE_MS = 30

const port = globalThis as unknown as {
  onmessage: (event: MessageEvent<NewPlan | Wanted>) => void
  postMessage(message: Painted, transfer: Transferable[]): void
}
let plan: SheetPlan | undefined
let boxes: Float32Array = new Float32Array()
let newest = 0

port.onmessage = ({ data }) => {
  if ('plan' in data) {
    plan = data.plan
    boxes = boxesOf(plan)
  } else void paint(data)
}

async function paint({ number, scene, view, frame, inks }: Wanted): Promise<void> {
  newest = number
  if (!plan) return
  const { width, height, ratio } = frame
  const canvas = new OffscreenCanvas(Math.round(width * ratio), Math.round(height * ratio))
  const context = canvas.getContext('2d')
  if (!context) return
  const scale = ratio * view.scale
  context.setTransform(scale, 0, 0, scale, ratio * view.x, ratio * view.y)
  const sight = { window: windowOf(view, width, height), pixel: 1 / view.scale, boxes }
  const work = picture(context, { ...scene, plan }, inks, sight)
  let end = performance.now() + SLICE_MS
  while (!work.next().done) {
    if (performance.now() < end) continue
    await new Promise((resolve) => setTimeout(resolve, 0))
    if (newest !== number) return
    end = performance.now() + SLICE_MS
  }
  const bitmap = canvas.transferToImageBitmap()
  port.postMessage({ number, bitmap }, [bitmap])
}
