import { useRef, useState } from 'preact/hooks'
import type { MethodName, Params, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import { MaintenanceDialog } from '../plotters/maintenance-dialog.tsx'
import { plural, sentenceCase } from '../shared/format.ts'
import { DialogButtons, Modal } from '../shared/modal.tsx'
import { Pair } from '../shared/pair.tsx'
import { SheetsInput } from '../shared/sheets-input.tsx'
import type { Store } from '../state/store.ts'

interface Props {
  readonly store: Store
  /** The chosen plotters. */
  readonly plotters: readonly WirePlotter[]
}

type Method = Extract<
  MethodName,
  'plotter.ready' | 'plotter.unready' | 'plotter.pause' | 'plotter.resume' | 'plotter.maintenance'
>

/** The result of a command to the chosen plotters. */
interface Outcome {
  /** The label of the outcome, such as 'Paused' or 'In maintenance'. */
  readonly what: string
  /** Number of plotters that have carried out the command. */
  readonly doneCount: number
  /** Number of plotters that have not answered. */
  readonly openCount: number
  readonly refusals: readonly { readonly name: string; readonly why: string }[]
}

/** Commands to the chosen plotters. When one plotter refuses a command, the other plotters still get the command. */
export function Commands({ store, plotters }: Props) {
  const [dialog, setDialog] = useState<'grant' | 'maintenance' | undefined>()
  const names = plotters.map(({ name }) => name)
  const { outcome, send, forget } = useCommand(store, names)
  const command = <M extends Method>(what: string, method: M, more: Omit<Params<M>, 'name'>): void => {
    setDialog(undefined)
    void send(what, method, more)
  }
  const button = (label: string, isUseful: boolean, act: () => void) => (
    <button type="button" disabled={!isUseful} onClick={act}>
      {label}
    </button>
  )
  const some = (test: (plotter: WirePlotter) => boolean): boolean => plotters.some(test)
  return (
    <div class="farm-commands">
      <div class="controls" role="group" aria-label="Commands to the chosen plotters">
        <span class="quiet">{names.length === 0 ? 'None chosen' : `${plural(names.length, 'plotter')} chosen`}</span>
        {button(
          'Ready…',
          some(({ state }) => state.is === 'idle' && !state.ready),
          () => setDialog('grant'),
        )}
        {button(
          'Take grants back',
          some(({ grant }) => grant !== undefined),
          () => command('Grant taken back', 'plotter.unready', {}),
        )}
        {button(
          'Pause',
          some(({ state }) => state.is === 'plotting'),
          () => command('Paused', 'plotter.pause', {}),
        )}
        {button(
          'Resume',
          some(({ state }) => state.is === 'paused'),
          () => command('Resumed', 'plotter.resume', {}),
        )}
        {button(
          'Maintenance…',
          some(({ maintenance }) => maintenance === undefined),
          () => setDialog('maintenance'),
        )}
        {button(
          'Back into service',
          some(({ maintenance }) => maintenance !== undefined),
          () => command('Back in service', 'plotter.maintenance', {}),
        )}
      </div>
      <div role="status">{outcome && <OutcomeWords outcome={outcome} onClose={forget} />}</div>
      {dialog === 'grant' && (
        <GrantDialog
          names={names}
          onGrant={(sheets) => command('Ready', 'plotter.ready', { sheets })}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === 'maintenance' && (
        <MaintenanceDialog
          names={names}
          onReason={(reason) => command('In maintenance', 'plotter.maintenance', { reason })}
          onClose={() => setDialog(undefined)}
        />
      )}
    </div>
  )
}

/** A function that sends a command to all these plotters together, and the outcome of its latest command. */
function useCommand(store: Store, names: readonly string[]) {
  const [outcome, setOutcome] = useState<Outcome | undefined>()
  /** The number of the latest command. A late answer to an earlier command changes nothing. */
  const newest = useRef(0)
  const send = async <M extends Method>(what: string, method: M, more: Omit<Params<M>, 'name'>): Promise<void> => {
    const number = ++newest.current
    let latest: Outcome = { what, doneCount: 0, openCount: names.length, refusals: [] }
    setOutcome(latest)
    const commandOne = async (name: string): Promise<void> => {
      const params = { name, ...more } as Params<M>
      const refusal = await store.client.call(method, params).then(() => undefined, toPlotdError)
      latest = withAnswer(latest, name, refusal?.message)
      if (number === newest.current) setOutcome(latest)
    }
    await Promise.all(names.map(commandOne))
  }
  const forget = (): void => {
    newest.current++
    setOutcome(undefined)
  }
  return { outcome, send, forget }
}

const OutcomeWords = ({ outcome, onClose }: { outcome: Outcome; onClose: () => void }) => (
  <>
    <p>
      {outcome.what}: {plural(outcome.doneCount, 'plotter')}.{' '}
      {outcome.openCount > 0 && `${plural(outcome.openCount, 'answer')} to come. `}
      <button type="button" class="plain" onClick={onClose}>
        Close
      </button>
    </p>
    {outcome.refusals.map(({ name, why }) => (
      <p key={name} class="problem">
        Failed for {name}: {sentenceCase(why)}
      </p>
    ))}
  </>
)

/**
 * The outcome after one more plotter has answered.
 *
 * @param refusal  undefined when the plotter has carried out the command
 */
function withAnswer(outcome: Outcome, name: string, refusal: string | undefined): Outcome {
  const openCount = outcome.openCount - 1
  if (refusal === undefined) return { ...outcome, openCount, doneCount: outcome.doneCount + 1 }
  return { ...outcome, openCount, refusals: [...outcome.refusals, { name, why: refusal }] }
}

interface GrantProps {
  readonly names: readonly string[]
  readonly onGrant: (sheets: number) => void
  readonly onClose: () => void
}

/** Asks for how many sheets each chosen plotter gets a grant. */
function GrantDialog({ names, onGrant, onClose }: GrantProps) {
  const [sheets, setSheets] = useState(1)
  return (
    <Modal
      title={`Grant sheets to ${names.length === 1 ? names[0] : plural(names.length, 'plotter')}`}
      onClose={onClose}
    >
      <p>
        {names.length === 1 ? 'The plotter draws' : `Each of the plotters ${names.join(', ')} draws`} the next jobs that
        it can draw, without asking again. To see a job’s losses first, go back to the page and grant one sheet for that
        job.
      </p>
      <p class="quiet">Put a fresh sheet on each plotter, with the carriage at home.</p>
      <Pair id="grant-sheets" label="Sheets for each plotter">
        <SheetsInput id="grant-sheets" value={sheets} onInput={setSheets} />
      </Pair>
      <DialogButtons onClose={onClose}>
        <button type="button" class="primary" onClick={() => onGrant(sheets)}>
          {`Grant ${plural(sheets, 'sheet')}${names.length === 1 ? '' : ' each'}`}
        </button>
      </DialogButtons>
    </Modal>
  )
}
