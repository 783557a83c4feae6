import { useEffect, useRef } from 'preact/hooks'
import type { Scene } from './scene.ts'
import { Desk } from './sheet-canvas.ts'

interface Props {
  readonly scene: Scene
  /** Changes when another drawing is shown: the view is fitted anew. */
  readonly identity: string
  readonly label: string
  /** Something newer is being made: this is not it. */
  readonly stale?: boolean
}

/** The sheet: paper at its true proportion, rulers in mm; wheel or pinch zooms, drag pans, 0 fits. */
export function Sheet({ scene, identity, label, stale = false }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const desk = useRef<Desk | undefined>(undefined)
  useEffect(() => {
    if (!canvas.current) return
    const mounted = new Desk(canvas.current)
    desk.current = mounted
    return () => mounted.close()
  }, [])
  useEffect(() => desk.current?.set(scene, identity), [scene, identity])
  const keys = (event: KeyboardEvent): void => {
    if (desk.current?.key(event.key)) event.preventDefault()
  }
  return (
    <div class={stale ? 'sheet stale' : 'sheet'} aria-busy={stale}>
      <canvas ref={canvas} tabIndex={0} role="img" aria-label={label} onKeyDown={keys} />
      {stale && <p class="anew">As it was; drawing it anew…</p>}
      <div class="zoom" role="group" aria-label="Zoom">
        <button type="button" onClick={() => desk.current?.key('+')} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={() => desk.current?.key('0')} aria-label="Fit the sheet">
          fit
        </button>
        <button type="button" onClick={() => desk.current?.key('-')} aria-label="Zoom out">
          −
        </button>
      </div>
    </div>
  )
}
