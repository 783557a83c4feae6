import { useState } from 'preact/hooks'
import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { Pair } from '../shared/pair.tsx'
import type { Store } from '../state/store.ts'
import { type PlotSettings, plotRequest } from './composition.ts'

interface Props {
  readonly store: Store
  readonly plotters: readonly WirePlotter[]
  readonly settings: PlotSettings
  readonly onSettings: (settings: PlotSettings) => void
  /** Why the job cannot be rendered; then it cannot be submitted. */
  readonly problem: string | undefined
  /** Number of losses in the preview. */
  readonly losses: number
  /** Undefined while required values are missing. */
  readonly job: { readonly task: string; readonly params: unknown } | undefined
  readonly onSubmitted: (id: string) => void
}

const SENT_WORDS = { no: '', sending: 'Sending…', sent: 'Added to the queue.' } as const

/** Priority, plotter and number of sheets, and the button that submits the job. */
export function Send({ store, plotters, settings, onSettings, problem, losses, job, onSubmitted }: Props) {
  const [sent, setSent] = useState<keyof typeof SENT_WORDS>('no')
  const plot = plotRequest(settings, plotters.length > 0)
  const canSend = job !== undefined && problem === undefined && sent !== 'sending'
  const send = async (): Promise<void> => {
    if (!job || !canSend) return
    setSent('sending')
    const { priority = 'default' } = settings
    const key = { idempotencyKey: crypto.randomUUID() }
    const submitted = await store.request('job.submit', { ...job, priority, ...(plot ? { plot } : {}), ...key })
    setSent(submitted ? 'sent' : 'no')
    if (submitted) onSubmitted(submitted.id)
  }
  return (
    <>
      {problem !== undefined && (
        <p class="problem" role="status">
          {problem}
        </p>
      )}
      <div class="send">
        <Pair id="send-priority" label="Priority">
          <select
            id="send-priority"
            value={settings.priority ?? 'default'}
            onChange={(event) =>
              onSettings({ ...settings, priority: event.currentTarget.value as NonNullable<PlotSettings['priority']> })
            }
          >
            <option value="high">high</option>
            <option value="default">normal</option>
            <option value="low">low</option>
          </select>
        </Pair>
        <Pair id="send-plotter" label="Plotter">
          <select
            id="send-plotter"
            value={plot?.plotter ?? ''}
            onChange={(event) => onSettings({ ...settings, plotter: event.currentTarget.value })}
          >
            <option value="">none, only the SVG</option>
            {plotters.length > 0 && <option value="any">any plotter</option>}
            {plotters.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </Pair>
        {plot && (
          <Pair id="send-sheets" label="Sheets">
            <input
              id="send-sheets"
              type="number"
              min={1}
              max={1000}
              value={settings.copies ?? 1}
              onInput={(event) => onSettings({ ...settings, copies: Math.max(1, Number(event.currentTarget.value)) })}
            />
          </Pair>
        )}
        {losses > 0 && <p class="loss">Not everything will be drawn. The losses are listed under the sheet.</p>}
        <button type="submit" class="primary" disabled={!canSend} onClick={() => void send()}>
          {plot ? 'Add to queue' : 'Make the SVG'}
        </button>
        <p class="sent" role="status">
          {SENT_WORDS[sent]}
        </p>
      </div>
    </>
  )
}
