import { useEffect, useRef, useState } from 'preact/hooks'
import type { Result } from '../../../../src/daemon/protocol/index.ts'
import { PlotdError, toPlotdError } from '../../../../src/errors.ts'
import type { MergeOptions, MergeReport } from '../../../node/merge/index.ts'
import { type Store, useStore } from '../state/store.ts'
import { sampleRows } from './merge-plan.ts'

/** Time without a change before the page checks the rows again, ms. */
const PAUSE_MS = 400

/** The code that reads tables, which the page loads when the user drops a table. */
export const loadMerge = () => import('../../../node/merge/index.ts')

export type Table = ReturnType<Awaited<ReturnType<typeof loadMerge>>['readTable']>

interface TableState {
  /** Undefined while the page reads the table, and when the page cannot read it. */
  readonly table?: Table
  /** The reason why the table cannot be read. */
  readonly problem?: string
}

/** The table of a CSV file. */
export function useTable(csv: Uint8Array): TableState {
  const [state, setState] = useState<TableState>({})
  useEffect(() => {
    setState({})
    loadMerge()
      .then(({ readTable }) => setState({ table: readTable(csv) }))
      .catch((thrown: unknown) => setState({ problem: toPlotdError(thrown).message }))
  }, [csv])
  return state
}

interface MergePreview {
  readonly report: MergeReport | undefined
  /** Previews of some good rows, in their order, also of the first and the last. None when one preview failed. */
  readonly previews: readonly Result<'preview.render'>[]
  /** The reason why no row can be merged. */
  readonly refusal: string | undefined
  /** Whether a preview has failed. */
  readonly hasFailed?: boolean
}

const NOTHING: MergePreview = { report: undefined, previews: [], refusal: undefined }

/**
 * Checks all rows a moment after they or the fonts last changed, and renders some of them. Drops answers to an older
 * state.
 *
 * @param csv  undefined while a required parameter has no column
 */
export function useMerge(store: Store, csv: Uint8Array | undefined, options: MergeOptions): MergePreview {
  const { fontsVersion } = useStore(store)
  const [preview, setPreview] = useState(NOTHING)
  const newest = useRef(0)
  const key = JSON.stringify(options)
  useEffect(() => {
    const number = ++newest.current
    const isCurrent = (): boolean => number === newest.current
    setPreview(NOTHING)
    if (!csv) return
    const timer = setTimeout(() => {
      void checkRows(store, csv, options, isCurrent, setPreview).catch((thrown: unknown) => {
        if (isCurrent()) setPreview({ ...NOTHING, refusal: toPlotdError(thrown).message })
      })
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [store, csv, key, fontsVersion])
  return preview
}

/**
 * Reports the check of all rows first, then the check with the previews. Stops when `isCurrent` returns false, and when
 * a preview fails.
 */
async function checkRows(
  store: Store,
  csv: Uint8Array,
  options: MergeOptions,
  isCurrent: () => boolean,
  onPreview: (preview: MergePreview) => void,
): Promise<void> {
  const { mailMerge, previewRow, readTable } = await loadMerge()
  const report = await mailMerge(store.client, csv, { ...options, dryRun: true })
  if (!isCurrent()) return
  onPreview({ report, previews: [], refusal: undefined })
  const bad = new Set(report.bad.map(({ row }) => row))
  const good = readTable(csv)
    .rows.map(({ row }) => row)
    .filter((row) => !bad.has(row))
  const previews: Result<'preview.render'>[] = []
  for (const row of sampleRows(good)) {
    // Without the previews, the user can still queue the cards: the daemon has checked the rows.
    const preview = await previewRow(store.client, csv, row, options).catch(toPlotdError)
    if (!isCurrent()) return
    if (preview instanceof PlotdError) {
      store.showNotice(`The preview of row ${row} failed: ${preview.message}`)
      return onPreview({ report, previews: [], refusal: undefined, hasFailed: true })
    }
    previews.push(preview)
  }
  onPreview({ report, previews, refusal: undefined })
}
