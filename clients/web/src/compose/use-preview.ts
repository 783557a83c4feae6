import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Params } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import type { Stale } from '../sheet/sheet.tsx'
import type { Draft } from '../sheet/stage.tsx'
import type { Store } from '../state/store.ts'
import { type Problem, problemOf } from './problem.ts'

/** Time without a change of the form before the daemon renders a preview, ms. */
const PAUSE_MS = 250

interface Preview {
  /** The daemon's refusal of the form's values. */
  readonly problem: Problem | undefined
  /** Drops the answer to the last request, so that the sheet can show a job. */
  readonly leave: () => void
}

/**
 * Shows a preview of the form's values on the sheet, a moment after they or the fonts last changed. The sheet is stale
 * until the new preview arrives. Drops a preview that arrives after another change, or while another tab is open.
 *
 * @param isShown  whether the form is in sight; when the user opens it again, its preview returns to the sheet
 * @param fontsVersion  another number when the fonts have changed
 * @param request  undefined while required values are missing
 */
export function usePreview(
  store: Store,
  isShown: boolean,
  fontsVersion: number,
  request: Params<'preview.render'> | undefined,
  onDraft: (draft: Draft | undefined) => void,
  onStale: (stale: Stale) => void,
): Preview {
  const [problem, setProblem] = useState<Problem | undefined>()
  const newest = useRef(0)
  // Each rendering of the form makes a new `request`, so its JSON text decides whether it has changed.
  const key = JSON.stringify(request)
  // A layout effect drops the answer to the last request before the next frame, and so before that answer can arrive.
  useLayoutEffect(() => {
    if (!isShown) return onStale(false)
    const number = ++newest.current
    onStale(request === undefined ? 'refused' : 'updating')
    if (request === undefined) {
      setProblem(undefined)
      return
    }
    const timer = setTimeout(async () => {
      if (number !== newest.current) return
      try {
        const draft = await store.client.call('preview.render', request)
        if (number !== newest.current) return
        setProblem(undefined)
        onStale(false)
        onDraft({ ...draft, ...(request.plot ? { plot: request.plot } : {}) })
      } catch (thrown) {
        if (number !== newest.current) return
        setProblem(problemOf(toPlotdError(thrown)))
        onStale('refused')
      }
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      newest.current++
    }
  }, [store, isShown, fontsVersion, key])
  // When another form or a batch takes the place of this form, the sheet is no longer stale.
  useEffect(() => () => onStale(false), [])
  const leave = (): void => {
    newest.current++
    onStale(false)
  }
  return { problem, leave }
}
