import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { duration, length, plural, size } from './format.ts'
import { useNarrow } from './use-narrow.ts'

/** The facts that the user must know before ink: the size, the time, and what will not be drawn. */
export type Figures = Omit<NonNullable<WireJob['result']>, 'path' | 'plotters'>
type Warning = Figures['warnings'][number]

export const lossesOf = (warnings: readonly Warning[]): readonly Warning[] =>
  warnings.filter(({ kind }) => kind === 'loss')

/** The figures on one line: '148 × 105 mm · 1,204 strokes · 12.4 m of ink · 80 lifts · 4 minutes'. */
export function FiguresLine({ widthMm, heightMm, strokes, penDownMm, lifts, estimateSeconds }: Figures) {
  return (
    <p>
      {size(widthMm, heightMm)} · {plural(strokes, 'stroke')} · {length(penDownMm)} of ink · {plural(lifts, 'lift')} ·{' '}
      {duration(estimateSeconds)}
    </p>
  )
}

/** The figures and the warnings of a drawing. */
export const BeforeInk = ({ figures }: { figures: Figures }) => (
  <>
    <FiguresLine {...figures} />
    <Warnings warnings={figures.warnings} />
  </>
)

/** Two lists: the losses (parts that will not be on the paper), and the harmless notes. */
export function Warnings({ warnings }: { warnings: readonly Warning[] }) {
  const notes = warnings.filter(({ kind }) => kind === 'note')
  const isNarrow = useNarrow()
  return (
    <>
      <WarningList kind="losses" label="Will not be drawn" warnings={lossesOf(warnings)} />
      {isNarrow && notes.length > 0 ? (
        <details class="warnings">
          <summary>{plural(notes.length, 'note')}</summary>
          <WarningList kind="notes" label="Notes" warnings={notes} />
        </details>
      ) : (
        <WarningList kind="notes" label="Notes" warnings={notes} />
      )}
    </>
  )
}

interface WarningListProps {
  readonly kind: 'losses' | 'notes'
  readonly label: string
  readonly warnings: readonly Warning[]
}

function WarningList({ kind, label, warnings }: WarningListProps) {
  if (warnings.length === 0) return null
  return (
    <div class={`warnings ${kind}`}>
      <strong aria-hidden="true">{label}</strong>
      <ul aria-label={label}>
        {warnings.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </div>
  )
}
