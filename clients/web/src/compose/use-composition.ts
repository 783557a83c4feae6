import { useCallback, useLayoutEffect, useState } from 'preact/hooks'
import { toPlotdError } from '../../../../src/errors.ts'
import type { Store } from '../store.ts'
import { type Composition, keep, restored, type Wish } from './composition.ts'
import type { Values } from './schema.ts'

export interface Composing {
  readonly composition: Composition
  readonly choose: (task: string) => void
  readonly setValues: (values: Values) => void
  readonly setWish: (wish: Wish) => void
  /** A person's own SVG: uploaded, and the SVG form opened on it. */
  readonly take: (file: File | undefined) => Promise<void>
}

/** What is being composed, kept for this tab: before the next frame, or a reload at once would lose the last letter. */
export function useComposition(store: Store): Composing {
  const [composition, set] = useState(() => restored(sessionStorage))
  useLayoutEffect(() => keep(sessionStorage, composition), [composition])
  const take = useCallback(
    async (file: File | undefined): Promise<void> => {
      if (!file) return
      try {
        const { sha256 } = await store.client.upload(new Uint8Array(await file.arrayBuffer()))
        const name = file.name.replace(/\.svgz?$/i, '')
        set((now) => withSvg(now, sha256, name))
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

/** Another file has other layers; everything else that was wished stays. */
function withSvg({ values, wishes }: Composition, upload: string, name: string): Composition {
  const { layers: _, ...wish } = wishes['svg'] ?? {}
  return {
    task: 'svg',
    values: { ...values, svg: { ...values['svg'], upload, name } },
    wishes: { ...wishes, svg: wish },
  }
}
