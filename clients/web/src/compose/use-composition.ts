import { useCallback, useLayoutEffect, useState } from 'preact/hooks'
import { toPlotdError } from '../../../../src/errors.ts'
import type { Store } from '../state/store.ts'
import { type Composition, type PlotSettings, restore, save } from './composition.ts'
import type { Values } from './schema.ts'

export interface Composing {
  readonly composition: Composition
  readonly chooseTask: (task: string) => void
  readonly setValues: (values: Values) => void
  readonly setSettings: (settings: PlotSettings) => void
  /** Uploads the user's file and opens the form of the task that draws it. */
  readonly take: (file: File | undefined, task?: string) => Promise<void>
}

/** The user's input, saved for this browser tab. A layout effect saves it before the next frame, so that a reload keeps the last letter. */
export function useComposition(store: Store): Composing {
  const [composition, setComposition] = useState(() => restore(sessionStorage))
  useLayoutEffect(() => save(sessionStorage, composition), [composition])
  const take = useCallback(
    async (file: File | undefined, task = taskFor(file)): Promise<void> => {
      if (!file) return
      try {
        const { sha256 } = await store.client.upload(new Uint8Array(await file.arrayBuffer()))
        const name = file.name.replace(/\.(svgz?|png|jpe?g)$/i, '')
        setComposition((now) => withFile(now, task, sha256, name))
      } catch (thrown) {
        store.showNotice(toPlotdError(thrown).message)
      }
    },
    [store],
  )
  return {
    composition,
    chooseTask: (task) => setComposition((now) => ({ ...now, task })),
    setValues: (values) => setComposition((now) => ({ ...now, values: { ...now.values, [now.task]: values } })),
    setSettings: (settings) =>
      setComposition((now) => ({ ...now, settings: { ...now.settings, [now.task]: settings } })),
    take,
  }
}

/** The task that draws a file dropped on the page. */
const taskFor = (file: File | undefined): string => (/^image\/(png|jpeg)$/.test(file?.type ?? '') ? 'photo' : 'svg')

/** Keeps all settings but the layers, which belong to the previous file. */
function withFile(composition: Composition, task: string, upload: string, name: string): Composition {
  const { values, settings } = composition
  const { layers: _, ...kept } = settings[task] ?? {}
  return {
    task,
    values: { ...values, [task]: { ...values[task], upload, name } },
    settings: { ...settings, [task]: kept },
  }
}
