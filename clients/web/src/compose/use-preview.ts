import { useEffect, useRef, useState } from 'preact/hooks'
import { toPlotdError } from '../../../../src/errors.ts'
import type { Draft } from '../sheet/draft.ts'
import type { Store } from '../store.ts'

/** Wait for a pause in the typing before the daemon is asked, ms. */
const PAUSE_MS = 250

/**
 * Shows on the sheet what these parameters would draw, a moment after they last changed; answers with what is wrong
 * with them, if anything. An answer that was overtaken by a newer question is dropped.
 */
export function usePreview(
  store: Store,
  task: string,
  params: unknown,
  onDraft: (draft: Draft | undefined) => void,
): string | undefined {
  const [problem, setProblem] = useState<string | undefined>()
  const newest = useRef(0)
  // stands for `params`, which is a new object each time
  const key = JSON.stringify(params)
  useEffect(() => {
    const mine = ++newest.current
    if (params === undefined) {
      setProblem(undefined)
      return
    }
    const timer = setTimeout(async () => {
      try {
        const draft = await store.client.call('preview.render', { task, params })
        if (mine !== newest.current) return
        setProblem(undefined)
        onDraft(draft)
      } catch (thrown) {
        if (mine === newest.current) setProblem(toPlotdError(thrown).message)
      }
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [store, task, key])
  return problem
}
