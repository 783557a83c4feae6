import { useEffect, useState } from 'preact/hooks'
import { labelOf } from '../shared/format.ts'
import type { Store } from '../state/store.ts'
import { sample } from './design-samples.ts'
import type { Values } from './schema.ts'

interface Props {
  readonly store: Store
  readonly task: string
  readonly name: string
  readonly choices: readonly string[]
  readonly chosen: string
  readonly help: string | undefined
  /** The parameters of a choice's sample; undefined when it has none. */
  readonly params: (choice: string) => Values | undefined
  readonly onChoose: (choice: string) => void
}

/** Chooses one of several designs, each shown as a small sheet. */
export function DesignPicker({ store, task, name, choices, chosen, help, params, onChoose }: Props) {
  return (
    <fieldset class="pictures">
      <legend>{labelOf(name)}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice}>
            <input type="radio" name={name} checked={choice === chosen} onChange={() => onChoose(choice)} />
            <SamplePicture store={store} task={task} params={params(choice)} />
            <span>{labelOf(choice.replaceAll('-', ' '))}</span>
          </label>
        ))}
      </div>
      {help !== undefined && <small>{help}</small>}
    </fieldset>
  )
}

function SamplePicture({ store, task, params }: { store: Store; task: string; params: Values | undefined }) {
  const [url, setUrl] = useState<string | undefined>()
  const key = JSON.stringify(params)
  useEffect(() => {
    if (params === undefined) return
    const { url: rendered, release } = sample(store.client, task, params)
    rendered.then(setUrl, () => undefined) // the choice has its name as well
    return release
  }, [store, task, key])
  return <span class="picture">{url !== undefined && <img src={url} alt="" />}</span>
}
