import { useState } from 'preact/hooks'
import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import type { Draft } from '../sheet/draft.ts'
import type { Store } from '../store.ts'
import { Send } from './send.tsx'
import { usePreview } from './use-preview.ts'

interface Props {
  readonly store: Store
  readonly plotters: readonly WirePlotter[]
  readonly onDraft: (draft: Draft | undefined) => void
}

/** People's own SVG: dropped or chosen, shown at its true size with what will not be drawn. */
export function Drop({ store, plotters, onDraft }: Props) {
  const [file, setFile] = useState<{ name: string; sha256: string } | undefined>()
  const [over, setOver] = useState(false)
  const params = file && { upload: file.sha256, name: file.name.replace(/\.svgz?$/i, '') }
  const problem = usePreview(store, 'svg', params, onDraft)
  const take = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return
    try {
      const { sha256 } = await store.client.upload(new Uint8Array(await chosen.arrayBuffer()))
      setFile({ name: chosen.name, sha256 })
    } catch (thrown) {
      store.say(toPlotdError(thrown).message)
    }
  }
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <label
        class={`drop ${over ? 'over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void take(event.dataTransfer?.files[0])
        }}
      >
        {file ? file.name : 'Drop an SVG here, or choose one'}
        <input
          type="file"
          accept=".svg,.svgz,image/svg+xml"
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
      </label>
      <Send store={store} plotters={plotters} problem={problem} job={params && { task: 'svg', params }} />
    </form>
  )
}
