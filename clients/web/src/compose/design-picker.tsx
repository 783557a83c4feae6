import { useEffect, useState } from 'preact/hooks'
import type { Store } from '../state/store.ts'
import { sample } from './design-samples.ts'
import { labelOf, type Values } from './schema.ts'

interface Props {
  readonly store: Store
  readonly task: string
  readonly name: string
  readonly choices: readonly string[]
  readonly chosen: string
  readonly help: string | undefined
  /** What a choice is shown with. */
  readonly params: (choice: string) => Values | undefined
  readonly onChoose: (choice: string) => void
}

/** One of several designs, each as a small sheet. */
export function Pictures({ store, task, name, choices, chosen, help, params, onChoose }: Props) {
  return (
    <fieldset class="pictures">
      <legend>{labelOf(name)}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice}>
            <input type="radio" name={name} checked={choice === chosen} onChange={() => onChoose(choice)} />
            <Picture store={store} task={task} params={params(choice)} />
            <span>{labelOf(choice.replaceAll('-', ' '))}</span>
          </label>
        ))}
      </div>
      {help !== undefined && <small>{help}</small>}
    </fieldset>
  )
}

function Picture({ store, task, params }: { store: Store; task: string; params: Values | undefined }) {
  const [url, setUrl] = useState<string | undefined>()
  const key = JSON.stringify(params)
  useEffect(() => {
    if (params === undefined) return
    const { url: made, leave } = sample(store.client, task, params)
    made.then(setUrl, () => undefined) // its name says what it is, too
    return leave
  }, [store, task, key])
  return <span class="picture">{url !== undefined && <img src={url} alt="" />}</span>
}
