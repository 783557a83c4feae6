/**
 * The room `compose`: a form for any task of the daemon, with a live preview and the settings of the plot. The form
 * comes from the task's JSON Schema. `app.tsx` uses `Compose` (here), `useComposition` and `useFileDrop`.
 */
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Result, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { labelOf } from '../shared/format.ts'
import type { Stale } from '../sheet/sheet.tsx'
import type { Draft } from '../sheet/stage.tsx'
import { type Store, useStore } from '../state/store.ts'
import { Files } from './files.tsx'
import { Merge } from './merge.tsx'
import { isFillable, type Schema } from './schema.ts'
import { TaskForm } from './task-form.tsx'
import type { Composing } from './use-composition.ts'

type TaskInfo = Result<'task.list'>['tasks'][number]

interface Props {
  readonly store: Store
  /** Whether the form is in sight. A form behind another tab changes nothing on the sheet. */
  readonly isShown: boolean
  /** Grows when the fonts of the daemon have changed, except while the sheet shows a job in place of the draft. */
  readonly fontsVersion: number
  readonly plotters: readonly WirePlotter[]
  readonly composing: Composing
  readonly draft: Draft | undefined
  readonly onDraft: (draft: Draft | undefined) => void
  /** Called to say whether the sheet shows an older state of the form. */
  readonly onStale: (stale: Stale) => void
  /** Called with the id of the submitted job, or of the first of several submitted jobs. */
  readonly onSubmitted: (id: string) => void
}

/** The tasks that come first, in this order. */
const FIRST = ['postcard', 'pattern', 'text', 'svg']

/** Titles of tasks whose names do not read as words. */
const TASK_TITLES: Readonly<Record<string, string>> = { svg: 'SVG', qr: 'QR code', 'n-up': 'N-up' }

/** The form of the chosen task, of several dropped files, or of a table. */
export function Compose(props: Props) {
  const { store, isShown, fontsVersion, plotters, composing, draft, onDraft, onStale, onSubmitted } = props
  const tasks = useTasks(store)
  const { composition, chooseTask, source } = composing
  const task = tasks.find((candidate) => candidate.name === composition.task) ?? tasks[0]
  // A draft belongs to one form: of a task, of several files, or of a table. Another form begins without a draft.
  useEffect(() => onDraft(undefined), [source])
  const choose = (name: string): void => {
    if (name !== task?.name) onDraft(undefined)
    chooseTask(name)
  }
  // The form has no input for a list, so the page does not offer a task that requires one. The exception is the task of
  // an edited job, whose parameters have the list.
  const offered = tasks.filter((option) => option === task || isFillable(option.schema as Schema))
  if (!task) return <p class="empty">…</p>
  const common = { store, isShown, plotters, composing, onDraft, onSubmitted }
  if (source?.is === 'files') return <Files {...common} tasks={tasks} files={source.files} />
  const card = tasks.find(({ name }) => name === 'postcard')
  if (source?.is === 'table' && card) {
    const envelope = tasks.find(({ name }) => name === 'envelope')
    const schemas = { schema: card.schema as Schema, envelope: (envelope?.schema ?? {}) as Schema }
    return <Merge {...common} {...schemas} name={source.name} csv={source.csv} />
  }
  return (
    <section class="compose">
      <div class="choice" role="group" aria-label="What to make">
        {offered.map((option) => (
          <button type="button" key={option.name} aria-pressed={option === task} onClick={() => choose(option.name)}>
            {TASK_TITLES[option.name] ?? labelOf(option.name.replaceAll('-', ' '))}
          </button>
        ))}
      </div>
      <TaskForm
        key={task.name}
        task={task.name}
        schema={task.schema as Schema}
        draft={draft}
        fontsVersion={fontsVersion}
        onStale={onStale}
        {...common}
      />
    </section>
  )
}

/** The tasks of the daemon. Asks again when `fontsVersion` grows: after a restart, the daemon may have other tasks. */
function useTasks(store: Store): readonly TaskInfo[] {
  const { fontsVersion } = useStore(store)
  const [tasks, setTasks] = useState<readonly TaskInfo[]>([])
  useEffect(() => {
    void store.request('task.list', {}).then((answer) => answer && setTasks(answer.tasks))
  }, [store, fontsVersion])
  return useMemo(() => [...tasks].sort((a, b) => rank(a.name) - rank(b.name)), [tasks])
}

const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length)
