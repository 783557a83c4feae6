import { useEffect, useState } from 'preact/hooks'
import { labelOf } from '../shared/format.ts'
import { type Store, useStore } from '../state/store.ts'
import { sample } from './design-samples.ts'
import type { Values } from './schema.ts'

interface Props {
  readonly store: Store
  readonly task: string
  readonly name: string
  readonly choices: readonly string[]
  readonly chosen: string
  readonly help: string | undefined
  /** The parameters of a choice's sample; undefined when the choice has no sample. */
  readonly params: (choice: string) => Values | undefined
  readonly onChoose: (choice: string) => void
}

/** Lets the user choose one of several designs. A design with a sample has a small picture. */
export function DesignPicker({ store, task, name, choices, chosen, help, params, onChoose }: Props) {
  const { fontsVersion } = useStore(store)
  return (
    <fieldset class="pictures">
      <legend>{labelOf(name)}</legend>
      <div>
        {choices.map((choice) => (
          <label key={choice}>
            <input type="radio" name={name} checked={choice === chosen} onChange={() => onChoose(choice)} />
            <SamplePicture store={store} task={task} params={params(choice)} version={fontsVersion} />
            <span>{labelOf(choice.replaceAll('-', ' '))}</span>
          </label>
        ))}
      </div>
      {help !== undefined && <small>{help}</small>}
    </fieldset>
  )
}

interface SampleProps extends Pick<Props, 'store' | 'task'> {
  readonly params: Values | undefined
  /** Another number when the fonts have changed. */
  readonly version: number
}

function SamplePicture({ store, task, params, version }: SampleProps) {
  const [url, setUrl] = useState<string | undefined>()
  const key = JSON.stringify(params)
  useEffect(() => {
    if (params === undefined) return
    const picture = sample(store.client, task, params, version)
    // Without a picture the page shows the name of the choice alone.
    picture.url.then(setUrl, () => undefined)
    return picture.release
  }, [store, task, key, version])
  return <span class="picture">{url !== undefined && <img src={url} alt="" />}</span>
}
