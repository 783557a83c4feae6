import { useEffect, useState } from 'preact/hooks'
import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { labelOf, sentenceCase } from '../shared/format.ts'
import type { Store } from '../state/store.ts'
import { type PlotSettings, plotRequest } from './composition.ts'
import type { Problem } from './problem.ts'
import { SendSettings } from './send-settings.tsx'

interface Props {
  readonly store: Store
  readonly plotters: readonly WirePlotter[]
  readonly settings: PlotSettings
  readonly onSettings: (settings: PlotSettings) => void
  /** The daemon's refusal of the job. With a refusal the page cannot submit the job. */
  readonly problem: Problem | undefined
  /** The first required field without a value, or 'a file' when the task has no file yet. */
  readonly missing: string | undefined
  /** Number of warnings of the preview about parts that will not be drawn. */
  readonly losses: number
  /** Undefined while required values are missing. */
  readonly job: { readonly task: string; readonly params: unknown } | undefined
  readonly onSubmitted: (id: string) => void
}

const STAGE_WORDS = { idle: '', sending: 'Sending…', sent: 'Added to the queue.' } as const

/**
 * The settings of the submit, and the button that submits the job. In a wide window both stay in sight while the form
 * scrolls.
 */
export function Send({ store, plotters, settings, onSettings, problem, missing, losses, job, onSubmitted }: Props) {
  const [stage, setStage] = useState<keyof typeof STAGE_WORDS>('idle')
  const plot = plotRequest(settings, plotters.length > 0)
  const shown = JSON.stringify({ job, plot })
  // The message is about the job that was sent, and not about the job that the form now shows.
  useEffect(() => setStage((now) => (now === 'sent' ? 'idle' : now)), [shown])
  const send = async (): Promise<void> => {
    if (!job || problem || stage === 'sending') return
    setStage('sending')
    const { priority = 'default' } = settings
    const key = { idempotencyKey: crypto.randomUUID() }
    const newJob = await store.request('job.submit', { ...job, priority, ...(plot ? { plot } : {}), ...key })
    setStage(newJob ? 'sent' : 'idle')
    if (newJob) onSubmitted(newJob.id)
  }
  const missingWords = missing === undefined || missing === 'a file' ? missing : labelOf(missing).toLowerCase()
  return (
    <div class="send">
      <SendSettings plotters={plotters} settings={settings} onSettings={onSettings} />
      {losses > 0 && <p class="loss">Not everything will be drawn. The losses are listed under the sheet.</p>}
      {/* A disabled button loses the focus, so the button stays enabled while the page sends the job. */}
      <button
        type="submit"
        class="primary"
        disabled={job === undefined || problem !== undefined}
        aria-disabled={stage === 'sending'}
        onClick={() => void send()}
      >
        {plot ? 'Add to queue' : 'Make the SVG'}
      </button>
      <p class="sent" role="status">
        {problem && <ProblemWords problem={problem} />}
        {!problem && (missingWords === undefined ? STAGE_WORDS[stage] : `Still missing: ${missingWords}.`)}
      </p>
    </div>
  )
}

/** The daemon's message. If the form shows the first refused field, a short button leads to that field instead. */
function ProblemWords({ problem: { message, fields } }: { problem: Problem }) {
  const [first] = fields
  const name = first?.[0].replace('plot.', '') ?? ''
  const input = first && document.getElementById(first[0] === name ? `field-${name}` : `plot-${name}`)
  if (!first || !input) return <span class="problem">{sentenceCase(message)}</span>
  return (
    <button
      type="button"
      class="plain problem"
      onClick={() => {
        input.closest('details')?.setAttribute('open', '') // the user may have closed the section of the field
        input.scrollIntoView({ block: 'center' })
        input.focus()
      }}
    >
      {fields.size === 1 ? `Correct ${labelOf(name).toLowerCase()}` : `Correct ${fields.size} fields`}
    </button>
  )
}
