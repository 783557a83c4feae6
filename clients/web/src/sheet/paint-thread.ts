import { paintScene } from './paint.ts'
import { boxesOf, type SheetPlan } from './plan.ts'
import type { Colors, Frame, Scene } from './scene.ts'
import { type View, windowOf } from './view.ts'

/** The plan for all later paint requests. */
export interface NewPlan {
  readonly plan: SheetPlan
}

/** A request for an image of the plan. A newer request stops the one in progress. */
export interface PaintRequest {
  readonly number: number
  readonly scene: Omit<Scene, 'plan' | 'image'>
  readonly view: View
  readonly frame: Frame
  readonly colors: Colors
}

/** The answer to the request with the same number. */
export interface PaintResult {
  readonly number: number
  readonly bitmap: ImageBitmap
}

/** Time of painting between two checks for a newer request. */
const SLICE_MS = 30

const port = globalThis as unknown as {
  onmessage: (event: MessageEvent<NewPlan | PaintRequest>) => void
  postMessage(message: PaintResult, transfer: Transferable[]): void
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

async function paint({ number, scene, view, frame, colors }: PaintRequest): Promise<void> {
  newest = number
  if (!plan) return
  const { width, height, ratio } = frame
  const canvas = new OffscreenCanvas(Math.round(width * ratio), Math.round(height * ratio))
  const context = canvas.getContext('2d')
  if (!context) return
  const scale = ratio * view.scale
  context.setTransform(scale, 0, 0, scale, ratio * view.x, ratio * view.y)
  const visible = { window: windowOf(view, width, height), pixel: 1 / view.scale, boxes }
  const work = paintScene(context, { ...scene, plan }, colors, visible)
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
