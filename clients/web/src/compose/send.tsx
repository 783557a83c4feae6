import { useState } from 'preact/hooks'
import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import type { Store } from '../store.ts'

interface Props {
  readonly store: Store
  readonly plotters: readonly WirePlotter[]
  /** What is wrong with it, if anything: then it is not sent. */
  readonly problem: string | undefined
  /** Undefined while something is missing. */
  readonly job: { readonly task: string; readonly params: unknown } | undefined
}

type Priority = 'high' | 'default' | 'low'

/** How soon, how often, and whether with ink. */
export function Send({ store, plotters, problem, job: made }: Props) {
  const job = problem === undefined ? made : undefined
  const [priority, setPriority] = useState<Priority>('default')
  const [copies, setCopies] = useState(1)
  const [plotter, setPlotter] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)
  const target = plotter ?? (plotters.length > 0 ? 'any' : '')
  const send = async (): Promise<void> => {
    if (!job) return
    setBusy(true)
    const plot = target === '' ? {} : { plot: { plotter: target, copies } }
    await store.ask('job.submit', { ...job, priority, ...plot, idempotencyKey: crypto.randomUUID() })
    setBusy(false)
  }
  return (
    <>
      {problem !== undefined && (
        <p class="problem" role="status">
          {problem}
        </p>
      )}
      <div class="send">
        <label>
          Turn
          <select value={priority} onChange={(event) => setPriority(event.currentTarget.value as Priority)}>
            <option value="high">soon</option>
            <option value="default">in order</option>
            <option value="low">when there is time</option>
          </select>
        </label>
        <label>
          Draw on
          <select value={target} onChange={(event) => setPlotter(event.currentTarget.value)}>
            <option value="">no plotter, only the SVG</option>
            {plotters.length > 0 && <option value="any">any plotter</option>}
            {plotters.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {target !== '' && (
          <label>
            Sheets
            <input
              type="number"
              min={1}
              max={1000}
              value={copies}
              onInput={(event) => setCopies(Math.max(1, Number(event.currentTarget.value)))}
            />
          </label>
        )}
        <button type="submit" class="primary" disabled={!job || busy} onClick={() => void send()}>
          {target === '' ? 'Make the SVG' : 'Put it in the queue'}
        </button>
      </div>
    </>
  )
}
