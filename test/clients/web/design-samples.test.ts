import { describe, expect, it } from 'vitest'
import type { PlotdClient } from '../../../clients/node/client.ts'
import { sample } from '../../../clients/web/src/compose/design-samples.ts'

/** A daemon that answers a preview request when the test calls `draw`. */
function daemon() {
  const requests: { readonly task: string; readonly draw: () => void }[] = []
  const call = (_: string, { task }: { task: string }) =>
    new Promise((resolve) => requests.push({ task, draw: () => resolve({ svg: `<svg id="${task}"/>` }) }))
  return { requests, client: { call } as unknown as Pick<PlotdClient, 'call'> }
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the sample picture of a design', () => {
  it('is rendered once for two uses, before the page renders the next design', async () => {
    const { requests, client } = daemon()
    const [a, again, b] = [sample(client, 'a', {}), sample(client, 'a', {}), sample(client, 'b', {})]
    await soon()
    expect(requests.map(({ task }) => task)).toEqual(['a'])
    requests[0]?.draw()
    expect(await a.url).toBe(await again.url)
    await soon()
    expect(requests.map(({ task }) => task)).toEqual(['a', 'b'])
    requests[1]?.draw()
    await b.url
  })

  it('is not rendered if its use ends before its turn, but is rendered for a new use', async () => {
    const { requests, client } = daemon()
    const first = sample(client, 'first', {})
    const [released, back] = [sample(client, 'released', {}), sample(client, 'back', {})]
    released.url.catch(() => {})
    released.release()
    back.release()
    const returned = sample(client, 'back', {})
    await soon()
    requests[0]?.draw()
    await first.url
    await soon()
    expect(requests.map(({ task }) => task)).toEqual(['first', 'back'])
    requests[1]?.draw()
    await returned.url
    await expect(released.url).rejects.toThrow()
    const later = sample(client, 'released', {})
    await soon()
    requests[2]?.draw()
    expect(await later.url).toMatch(/^blob:/)
  })
})
