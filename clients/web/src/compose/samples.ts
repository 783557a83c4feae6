import type { PlotdClient } from '../../../node/client.ts'
import { svgUrl } from '../sheet/images.ts'
import type { Schema, Values } from './schema.ts'

const samples = new Map<string, Promise<string>>()
let turn: Promise<unknown> = Promise.resolve()

/**
 * The address of a small picture of what one choice draws, made once for the life of the page. One at a time, so that a
 * person's own preview never waits for more than one of them.
 *
 * @param wanted  asked when its turn comes; not made then when nobody looks any more
 */
export function sample(client: PlotdClient, task: string, params: Values, wanted: () => boolean): Promise<string> {
  const key = `${task} ${JSON.stringify(params)}`
  const known = samples.get(key)
  if (known) return known
  const made = turn.then(async () => {
    if (!wanted()) throw new Error('nobody looks any more')
    const { svg } = await client.call('preview.render', { task, params })
    return svgUrl(svg)
  })
  turn = made.catch(() => samples.delete(key))
  samples.set(key, made)
  return made
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
