import { useEffect, useRef } from 'preact/hooks'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import type { SheetPlan } from './plan.ts'
import { decodePlan } from './read-plan.ts'
import type { Scene } from './scene.ts'
import { SheetCanvas } from './sheet-canvas.ts'

/** Whether the form has changed since the preview on the sheet. With `refused`, the user must correct the form. */
export type Stale = false | 'updating' | 'refused'

interface Props {
  readonly scene: Scene
  /** When the identity changes, the sheet shows another drawing, and the view zooms to the whole sheet. */
  readonly identity: string
  readonly label: string
  readonly stale?: Stale
  /**
   * Receives a function that handles the keys of the sheet, for buttons beside the sheet. Receives undefined when the
   * sheet is removed.
   */
  readonly onKeys?: (press: ((key: string) => void) | undefined) => void
}

/**
 * The paper at its true proportion with rulers in mm. The wheel or a pinch zooms, dragging pans, and the key 0 shows
 * the whole sheet.
 */
export function Sheet({ scene, identity, label, stale = false, onKeys }: Props) {
  const element = useRef<HTMLCanvasElement>(null)
  const canvas = useRef<SheetCanvas | undefined>(undefined)
  useEffect(() => {
    if (!element.current) return
    const sheetCanvas = new SheetCanvas(element.current)
    canvas.current = sheetCanvas
    onKeys?.((key) => void sheetCanvas.key(key))
    return () => {
      onKeys?.(undefined)
      sheetCanvas.close()
    }
  }, [])
  useEffect(() => canvas.current?.set(scene, identity), [scene, identity])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (canvas.current?.key(event.key)) event.preventDefault()
  }
  return (
    <div class={stale ? 'sheet stale' : 'sheet'} aria-busy={stale === 'updating'}>
      <canvas ref={element} tabIndex={0} role="img" aria-label={label} onKeyDown={onKeyDown} />
      {stale && <p class="anew">{stale === 'updating' ? 'Out of date. Updating…' : 'Out of date: see the form'}</p>}
    </div>
  )
}

/**
 * The plan of a job, once the plan has arrived. Before a plot of the job begins, the daemon makes a plan of the job's
 * SVG for the page.
 */
export function usePlan(store: Store, job: WireJob | undefined): SheetPlan | undefined {
  const id = job?.result ? job.id : undefined
  const load = () => (id === undefined ? undefined : store.client.plan(id).then(decodePlan))
  // A request for ink may change the plan: the request may choose a page size, or a user may have edited the SVG. Such
  // a change of the plan also changes `sha256` or a figure below, and the page fetches the plan again.
  const { sha256, widthMm, heightMm, strokes, travelMm } = job?.result ?? {}
  return useAnswer(load, [store, id, job?.progress?.planHash ?? '', sha256, widthMm, heightMm, strokes, travelMm])
}
