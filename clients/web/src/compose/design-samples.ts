import type { PlotdClient } from '../../../node/client.ts'
import { svgUrl } from '../sheet/images.ts'
import type { Schema, Values } from './schema.ts'

interface Sample {
  readonly url: Promise<string>
  /** Nobody looks any more: it need not be made. */
  readonly leave: () => void
}

const samples = new Map<string, { readonly url: Promise<string>; lookers: number }>()
let turn: Promise<unknown> = Promise.resolve()

/**
 * The address of a small picture of what one choice draws, made once for the life of the page. One at a time, so that a
 * person's own preview never waits for more than one of them; one that nobody looks at when its turn comes is not made.
 */
export function sample(client: Pick<PlotdClient, 'call'>, task: string, params: Values): Sample {
  const key = `${task} ${JSON.stringify(params)}`
  const made = async (): Promise<string> => {
    if (samples.get(key)?.lookers === 0) throw new Error('nobody looks any more')
    const { svg } = await client.call('preview.render', { task, params })
    return svgUrl(svg)
  }
  const known = samples.get(key) ?? { url: turn.then(made), lookers: 0 }
  if (known.lookers++ === 0 && !samples.has(key)) {
    samples.set(key, known)
    turn = known.url.catch(() => samples.delete(key))
  }
  return { url: known.url, leave: () => void known.lookers-- }
}

/** What a choice is shown with: itself, and a name wherever words are required; undefined where more is needed. */
export function sampleParams(
  { properties = {}, required = [] }: Schema,
  by: string,
  choice: string,
): Values | undefined {
  const others = required.filter((name) => name !== by && properties[name]?.default === undefined)
  if (others.some((name) => properties[name]?.type !== 'string' || properties[name]?.enum)) return undefined
  return { ...Object.fromEntries(others.map((name) => [name, 'Ada'])), [by]: choice }
}
