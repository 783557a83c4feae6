import { useCallback, useLayoutEffect, useState } from 'preact/hooks'
import { toPlotdError } from '../../../../src/errors.ts'
import type { Store } from '../state/store.ts'
import { type Composition, keep, restored, type Wish } from './composition.ts'
import type { Values } from './schema.ts'

export interface Composing {
  readonly composition: Composition
  readonly choose: (task: string) => void
  readonly setValues: (values: Values) => void
  readonly setWish: (wish: Wish) => void
  /** A person's own file: uploaded, and the form opened that makes something of it. */
  readonly take: (file: File | undefined, task?: string) => Promise<void>
}

/** What is being composed, kept for this tab: before the next frame, or a reload at once would lose the last letter. */
export function useComposition(store: Store): Composing {
  const [composition, set] = useState(() => restored(sessionStorage))
  useLayoutEffect(() => keep(sessionStorage, composition), [composition])
  const take = useCallback(
    async (file: File | undefined, task = taskFor(file)): Promise<void> => {
      if (!file) return
      try {
        const { sha256 } = await store.client.upload(new Uint8Array(await file.arrayBuffer()))
        const name = file.name.replace(/\.(svgz?|png|jpe?g)$/i, '')
        set((now) => withFile(now, task, sha256, name))
      } catch (thrown) {
        store.say(toPlotdError(thrown).message)
      }
    },
    [store],
  )
  return {
    composition,
    choose: (task) => set((now) => ({ ...now, task })),
    setValues: (values) => set((now) => ({ ...now, values: { ...now.values, [now.task]: values } })),
    setWish: (wish) => set((now) => ({ ...now, wishes: { ...now.wishes, [now.task]: wish } })),
    take,
  }
}

/** What a file that is dropped anywhere is for. */
const taskFor = (file: File | undefined): string => (/^image\/(png|jpeg)$/.test(file?.type ?? '') ? 'photo' : 'svg')

/** Another file has other layers; everything else that was wished stays. */
function withFile({ values, wishes }: Composition, task: string, upload: string, name: string): Composition {
  const { layers: _, ...wish } = wishes[task] ?? {}
  return {
    task,
    values: { ...values, [task]: { ...values[task], upload, name } },
    wishes: { ...wishes, [task]: wish },
  }
}
