import type { PlotdClient } from '../../../node/client.ts'
import { svgUrl } from '../sheet/images.ts'
import type { Values } from './schema.ts'

interface Sample {
  readonly url: Promise<string>
  /** Releases this use. A sample without uses is not rendered. */
  readonly release: () => void
}

const samples = new Map<string, { readonly url: Promise<string>; uses: number }>()
let last: Promise<unknown> = Promise.resolve()

/**
 * The address of a small picture that shows one design. Rendered once and kept as long as the page is open. Samples are
 * rendered one after the other, so that the user's own preview waits for one of them at most.
 *
 * @param version  of what is drawn: a sample of another version is rendered again
 */
export function sample(client: Pick<PlotdClient, 'call'>, task: string, params: Values, version = 0): Sample {
  const key = `${version} ${task} ${JSON.stringify(params)}`
  const rendered = async (): Promise<string> => {
    if (samples.get(key)?.uses === 0) throw new Error('the sample has no uses')
    const { svg } = await client.call('preview.render', { task, params })
    return svgUrl(svg)
  }
  const known = samples.get(key) ?? { url: last.then(rendered), uses: 0 }
  if (known.uses++ === 0 && !samples.has(key)) {
    samples.set(key, known)
    last = known.url.catch(() => samples.delete(key))
  }
  return { url: known.url, release: () => void known.uses-- }
}
