import type { PlotdClient } from '../../../node/client.ts'
import { svgUrl } from '../sheet/images.ts'
import type { Values } from './schema.ts'

interface Sample {
  readonly url: Promise<string>
  /** Call it when the picture is no longer needed. The page does not request a picture that nobody needs. */
  readonly release: () => void
}

const samples = new Map<string, { readonly url: Promise<string>; uses: number }>()
let last: Promise<unknown> = Promise.resolve()

/**
 * The address of a small picture that shows one design. The daemon renders each picture once, and the page keeps it
 * until the page is closed. If a request fails, a later use requests the picture again. The page requests one picture
 * at a time, so the user's own preview waits for at most one picture.
 *
 * @param version  the version of the design; a new version needs a new picture
 */
export function sample(client: Pick<PlotdClient, 'call'>, task: string, params: Values, version = 0): Sample {
  const key = `${version} ${task} ${JSON.stringify(params)}`
  const render = async (): Promise<string> => {
    if (samples.get(key)?.uses === 0) throw new Error('the sample has no uses')
    const { svg } = await client.call('preview.render', { task, params })
    return svgUrl(svg)
  }
  let entry = samples.get(key)
  if (!entry) {
    entry = { url: last.then(render), uses: 0 }
    samples.set(key, entry)
    last = entry.url.catch(() => samples.delete(key))
  }
  const used = entry
  used.uses++
  return { url: used.url, release: () => void used.uses-- }
}
