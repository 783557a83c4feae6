import { useEffect, useMemo, useState } from 'preact/hooks'
import type { WireJob, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { duration, length, plural, size } from '../shared/format.ts'
import type { Picture } from '../state/daemon-state.ts'
import type { Store } from '../state/store.ts'
import type { Draft } from './draft.ts'
import { readDrawn } from './drawn-svg.ts'
import { outputImage, svgUrl } from './images.ts'
import type { SheetPlan } from './plan.ts'
import type { Scene } from './scene.ts'
import { Sheet } from './sheet.tsx'
import { usePlan } from './use-plan.ts'

interface Props {
  readonly store: Store
  readonly picture: Picture
  readonly job: WireJob | undefined
  readonly draft: Draft | undefined
  /** The draft is older than what was typed. */
  readonly stale: boolean
}

/** The sheet with what is chosen on it, and under it the figures that a person decides by. */
export function Stage({ store, picture, job, draft, stale }: Props) {
  const [travel, setTravel] = useState(false)
  const frozen = usePlan(store, draft ? undefined : job)
  const drawn = useMemo(() => drawnPlan(draft), [draft])
  const plan = draft ? drawn : frozen
  const image = useImage(store, draft, job, plan)
  const scene = useScene(picture, job, draft, plan, image, travel)
  const figures = draft ?? job?.result
  const title = draft?.title ?? job?.title ?? 'an empty sheet'
  return (
    <>
      <Sheet
        scene={scene}
        identity={draft ? 'draft' : (job?.id ?? '')}
        label={`Sheet with ${title}`}
        stale={draft !== undefined && stale}
      />
      <footer class="figures">
        {figures && (
          <p>
            {size(figures.widthMm, figures.heightMm)} · {plural(figures.strokes, 'stroke')} ·{' '}
            {length(figures.penDownMm)} of ink · {plural(figures.lifts, 'lift')} · {duration(figures.estimateSeconds)}
          </p>
        )}
        {plan && (
          <label>
            <input type="checkbox" checked={travel} onChange={(event) => setTravel(event.currentTarget.checked)} />{' '}
            moves with the pen up
          </label>
        )}
        {figures && figures.warnings.length > 0 && (
          <ul class="warnings" aria-label="Before ink">
            {figures.warnings.map((each) => (
              <li key={each.message}>{each.message}</li>
            ))}
          </ul>
        )}
      </footer>
    </>
  )
}

function useScene(
  picture: Picture,
  job: WireJob | undefined,
  draft: Draft | undefined,
  plan: SheetPlan | undefined,
  image: HTMLImageElement | undefined,
  travel: boolean,
): Scene {
  const size = draft ?? job?.result
  const executed = draft ? undefined : executedOf(job)
  const pen = draft
    ? undefined
    : picture.plotters.find((each) => each.state.is === 'plotting' && each.state.job === job?.id)?.position
  return useMemo(
    () => ({
      width: plan?.width ?? size?.widthMm ?? 148,
      height: plan?.height ?? size?.heightMm ?? 105,
      travel,
      ...(plan ? { plan } : image ? { image } : {}),
      ...(executed === undefined ? {} : { executed }),
      ...(pen ? { pen } : {}),
      ...(draft ? guidesOf(draft, picture.plotters) : {}),
    }),
    [plan, image, travel, executed, pen, draft, size?.widthMm, size?.heightMm],
  )
}

/** The strokes of a preview that is a sheet, which has them in the order of drawing. */
const drawnPlan = (draft: Draft | undefined): SheetPlan | undefined =>
  draft?.plot ? readDrawn(draft.svg, draft.widthMm, draft.heightMm) : undefined

/** The margin that was wished for, and how far the machine comes that is to draw it. */
function guidesOf({ plot }: Draft, plotters: readonly WirePlotter[]): Pick<Scene, 'margin' | 'reach'> {
  if (!plot) return {}
  const { margin } = plot.options ?? {}
  const machine = plotters.find(({ name }) => name === plot.plotter) ?? plotters[0]
  return {
    ...(typeof margin === 'number' ? { margin } : {}),
    ...(machine ? { reach: { width: machine.widthMm, height: machine.heightMm } } : {}),
  }
}

/** Strokes on the paper, while that is a question. */
function executedOf(job: WireJob | undefined): number | undefined {
  if (!job || !['plotting', 'paused', 'interrupted'].includes(job.status)) return undefined
  return job.progress?.phase === 'plot' ? job.progress.done : 0
}

/** A picture of so many strokes would stop the page for seconds; the plan comes soon. */
const crowded = (job: WireJob | undefined): boolean => (job?.result?.strokes ?? 0) > 20_000

function useImage(
  store: Store,
  draft: Draft | undefined,
  job: WireJob | undefined,
  plan: SheetPlan | undefined,
): HTMLImageElement | undefined {
  const [image, setImage] = useState<HTMLImageElement | undefined>()
  const path = plan || draft || crowded(job) ? undefined : job?.result?.path
  useEffect(() => {
    let wanted = true
    const own = draft && !plan ? svgUrl(draft.svg) : undefined
    const url =
      own === undefined ? (path === undefined ? undefined : outputImage(store.client, path)) : Promise.resolve(own)
    if (!url) setImage(undefined)
    url?.then(loadedImage).then(
      (loaded) => wanted && setImage(loaded),
      () => wanted && setImage(undefined),
    )
    return () => {
      wanted = false
      if (own !== undefined) URL.revokeObjectURL(own)
    }
  }, [store, draft, plan, path])
  return image
}

/** A picture that a canvas can draw. */
async function loadedImage(url: string): Promise<HTMLImageElement> {
  const image = new Image()
  image.src = url
  await image.decode()
  return image
}
