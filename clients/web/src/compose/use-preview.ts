import { useEffect, useRef, useState } from 'preact/hooks'
import type { Params } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import type { Draft } from '../sheet/draft.ts'
import type { Store } from '../state/store.ts'

/** Wait for a pause in the typing before the daemon is asked, ms. */
const PAUSE_MS = 250

/**
 * Shows on the sheet what this would draw, a moment after it last changed; answers with what is wrong with it, if
 * anything, and with a way to leave the sheet to something else until the next change. An answer that was overtaken by a
 * newer question, or that nobody waits for any more, is dropped; until the newest is there, the sheet is stale.
 */
export function usePreview(
  store: Store,
  asked: Params<'preview.render'> | undefined,
  onDraft: (draft: Draft | undefined) => void,
  onStale: (stale: boolean) => void,
): { readonly problem: string | undefined; readonly leave: () => void } {
  const [problem, setProblem] = useState<string | undefined>()
  const newest = useRef(0)
  // stands for `asked`, which is a new object each time
  const key = JSON.stringify(asked)
  useEffect(() => {
    const mine = ++newest.current
    onStale(true)
    if (asked === undefined) {
      setProblem(undefined)
      return
    }
    const timer = setTimeout(async () => {
      if (mine !== newest.current) return
      try {
        const draft = await store.client.call('preview.render', asked)
        if (mine !== newest.current) return
        setProblem(undefined)
        onStale(false)
        onDraft({ ...draft, ...(asked.plot ? { plot: asked.plot } : {}) })
      } catch (thrown) {
        if (mine === newest.current) setProblem(toPlotdError(thrown).message)
      }
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      newest.current++
    }
  }, [store, key])
  const leave = (): void => {
    newest.current++
    onStale(false)
  }
  return { problem, leave }
}
