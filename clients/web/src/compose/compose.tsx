import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Result, WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import type { Draft } from '../sheet/draft.ts'
import type { Store } from '../store.ts'
import { Drop } from './drop.tsx'
import { labelOf, type Schema, type Values } from './schema.ts'
import { TaskForm } from './task-form.tsx'

type TaskInfo = Result<'task.list'>['tasks'][number]

interface Props {
  readonly store: Store
  readonly plotters: readonly WirePlotter[]
  readonly onDraft: (draft: Draft | undefined) => void
}

const FIRST = ['postcard', 'pattern', 'text', 'svg']

/** Make something: a card, a pattern, a line of text, an SVG of one's own, or any task the daemon has. */
export function Compose({ store, plotters, onDraft }: Props) {
  const [tasks, setTasks] = useState<readonly TaskInfo[]>([])
  const [name, choose] = useState('postcard')
  const [values, setValues] = useState<Readonly<Record<string, Values>>>({})
  useEffect(() => {
    void store.ask('task.list', {}).then((answer) => answer && setTasks(answer.tasks))
  }, [store])
  const sorted = useMemo(() => [...tasks].sort((a, b) => rank(a.name) - rank(b.name)), [tasks])
  const task = sorted.find((each) => each.name === name) ?? sorted[0]
  if (!task) return <p class="empty">…</p>
  const mine = values[task.name] ?? {}
  return (
    <section class="compose">
      <div class="choice" role="group" aria-label="What to make">
        {sorted.map((each) => (
          <button type="button" key={each.name} aria-pressed={each === task} onClick={() => choose(each.name)}>
            {each.name === 'svg' ? 'SVG' : labelOf(each.name)}
          </button>
        ))}
      </div>
      {task.name === 'svg' ? (
        <Drop store={store} plotters={plotters} onDraft={onDraft} />
      ) : (
        <TaskForm
          key={task.name}
          store={store}
          task={task.name}
          schema={task.schema as Schema}
          values={mine}
          plotters={plotters}
          onValues={(changed) => setValues({ ...values, [task.name]: changed })}
          onDraft={onDraft}
        />
      )}
    </section>
  )
}

const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length)
