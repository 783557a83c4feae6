/**
 * The room `sheet` draws a sheet of paper and its strokes on a canvas. Below the sheet, `Stage` (here) shows the size,
 * the time and the warnings, which the user needs before a plot.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Params, Result, WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { FiguresLine, Warnings } from '../shared/before-ink.tsx'
import type { DaemonState } from '../state/daemon-state.ts'
import { executedStrokes } from '../state/ink.ts'
import type { Store } from '../state/store.ts'
import { useAnswer } from '../state/use-answer.ts'
import { MAX_IMAGE_STROKES, outputImage, svgUrl } from './images.ts'
import { hasShapeOf, type Paper, paperOf } from './paper.ts'
import type { SheetPlan } from './plan.ts'
import { planOfPreview } from './read-plan.ts'
import type { Scene } from './scene.ts'
import { Sheet, type Stale, usePlan } from './sheet.tsx'

/** The preview of the form in the tab Compose, and the plot settings of that form. Lengths in mm. */
export interface Draft extends Result<'preview.render'> {
  readonly plot?: NonNullable<Params<'preview.render'>['plot']>
}

interface Props {
  readonly store: Store
  readonly daemon: DaemonState
  readonly job: WireJob | undefined
  /** The preview that the sheet shows instead of the job. */
  readonly draft: Draft | undefined
  /** Whether the form has changed since the draft. */
  readonly stale: Stale
  /** The paper of the form. An empty sheet has the size of this paper. */
  readonly paper: Paper | undefined
}

/** The sheet with the draft or the job, and below the sheet the figures and the warnings. */
export function Stage({ store, daemon, job, draft, stale, paper }: Props) {
  const press = useRef<((key: string) => void) | undefined>(undefined)
  const jobPaper = usePaper(store, draft ? undefined : job)
  const [travel, setTravel] = useState(false)
  const jobPlan = usePlan(store, draft ? undefined : job)
  const draftPlan = useMemo(
    () => (draft?.plot ? planOfPreview(draft.svg, draft.widthMm, draft.heightMm) : undefined),
    [draft],
  )
  const plan = draft ? draftPlan : jobPlan
  const image = useImage(store, draft, job, plan)
  const scene = useScene(daemon, job, draft, plan, image, travel, jobPaper ?? paper)
  const figures = draft ?? job?.result
  const title = draft?.title ?? job?.title ?? 'nothing on it'
  return (
    <>
      <Sheet
        scene={scene}
        identity={draft ? 'draft' : (job?.id ?? '')}
        label={`Sheet with ${title}`}
        stale={draft === undefined ? false : stale}
        onKeys={(keys) => {
          press.current = keys
        }}
      />
      <footer class="figures">
        {figures && <FiguresLine {...figures} />}
        {plan && (
          <label>
            <input type="checkbox" checked={travel} onChange={(event) => setTravel(event.currentTarget.checked)} />{' '}
            Pen-up moves
          </label>
        )}
        <Zoom onKey={(key) => press.current?.(key)} />
        {figures && <Warnings warnings={figures.warnings} />}
      </footer>
    </>
  )
}

function useScene(
  { plotters }: DaemonState,
  job: WireJob | undefined,
  draft: Draft | undefined,
  plan: SheetPlan | undefined,
  image: HTMLImageElement | undefined,
  travel: boolean,
  paper: Paper = A6,
): Scene {
  const figures = draft ?? job?.result
  const executed = draft || !job ? undefined : executedStrokes(job)
  const pen = draft
    ? undefined
    : plotters.find(({ state }) => state.is === 'plotting' && state.job === job?.id)?.position
  const { margin, reach } = draft ? guidesOf(draft, plotters) : {}
  const width = plan?.width ?? figures?.widthMm ?? paper.width
  const height = plan?.height ?? figures?.heightMm ?? paper.height
  // A plot may place the drawing on another page. Only its plan shows where.
  const shown = image && hasShapeOf({ width, height }, image) ? image : undefined
  return useMemo(
    () => ({
      width,
      height,
      travel,
      ...(plan ? { plan } : shown ? { image: shown } : {}),
      ...(executed === undefined ? {} : { executed }),
      ...(pen ? { pen } : {}),
      ...(margin === undefined ? {} : { margin }),
      ...(reach && { reach }),
    }),
    [plan, shown, travel, executed, pen, margin, reach?.width, reach?.height, width, height],
  )
}

const A6: Paper = { width: 148, height: 105 }

/** The paper of a job without a result: the page of its plot, else the size in its parameters. */
function usePaper(store: Store, job: WireJob | undefined): Paper | undefined {
  const id = job && !job.result ? job.id : undefined
  return useAnswer(
    () =>
      id === undefined
        ? undefined
        : store.client.call('job.get', { id }).then(({ params, plot }) => paperOf(params, plot)),
    [store, id],
  )
}

/** The buttons that zoom, below the sheet: on the sheet, the buttons would cover a part of the drawing. */
function Zoom({ onKey }: { onKey: (key: string) => void }) {
  const button = (label: string, key: string, words: string) => (
    <button type="button" onClick={() => onKey(key)} aria-label={words}>
      {label}
    </button>
  )
  return (
    <div class="zoom" role="group" aria-label="Zoom" data-repeats>
      {button('+', '+', 'Zoom in')}
      {button('fit', '0', 'Fit the sheet')}
      {button('−', '-', 'Zoom out')}
    </div>
  )
}

/** The margin of the plot settings, and the reach of the plotter that the settings name, else of the first plotter. */
function guidesOf({ plot }: Draft, plotters: readonly WirePlotter[]): Pick<Scene, 'margin' | 'reach'> {
  if (!plot) return {}
  const { margin } = plot.options ?? {}
  const plotter = plotters.find(({ name }) => name === plot.plotter) ?? plotters[0]
  return {
    ...(typeof margin === 'number' ? { margin } : {}),
    ...(plotter ? { reach: { width: plotter.widthMm, height: plotter.heightMm } } : {}),
  }
}

/**
 * The SVG as an image, for a draft without a plan, and for a job before its plan arrives. A job of more than
 * MAX_IMAGE_STROKES strokes has no image.
 */
function useImage(
  store: Store,
  draft: Draft | undefined,
  job: WireJob | undefined,
  plan: SheetPlan | undefined,
): HTMLImageElement | undefined {
  const [image, setImage] = useState<HTMLImageElement | undefined>()
  const result = (job?.result?.strokes ?? 0) > MAX_IMAGE_STROKES ? undefined : job?.result
  const { path, sha256 } = plan || draft || !result ? {} : result
  useEffect(() => {
    let isCurrent = true
    const draftUrl = draft && !plan ? svgUrl(draft.svg) : undefined
    const jobUrl = path === undefined ? undefined : outputImage(store.client, path, sha256)
    const url = draftUrl === undefined ? jobUrl : Promise.resolve(draftUrl)
    if (!url) setImage(undefined)
    url?.then(decodeImage).then(
      (result) => isCurrent && setImage(result),
      () => isCurrent && setImage(undefined),
    )
    return () => {
      isCurrent = false
      if (draftUrl !== undefined) URL.revokeObjectURL(draftUrl)
    }
  }, [store, draft, plan, path, sha256])
  return image
}

async function decodeImage(url: string): Promise<HTMLImageElement> {
  const image = new Image()
  image.src = url
  await image.decode()
  return image
}
