import { describe, expect, it } from 'vitest'
import type { PlotdClient } from '../../../clients/node/client.ts'
import { sample } from '../../../clients/web/src/compose/design-samples.ts'

/** A daemon that draws what it is asked for when the test says so. */
function daemon() {
  const asked: { readonly task: string; readonly draw: () => void }[] = []
  const call = (_: string, { task }: { task: string }) =>
    new Promise((resolve) => asked.push({ task, draw: () => resolve({ svg: `<svg id="${task}"/>` }) }))
  return { asked, client: { call } as unknown as Pick<PlotdClient, 'call'> }
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the small picture of a choice', () => {
  it('is drawn once, one after the other, for however many look at it', async () => {
    const { asked, client } = daemon()
    const [a, again, b] = [sample(client, 'a', {}), sample(client, 'a', {}), sample(client, 'b', {})]
    await soon()
    expect(asked.map(({ task }) => task)).toEqual(['a'])
    asked[0]?.draw()
    expect(await a.url).toBe(await again.url)
    await soon()
    expect(asked.map(({ task }) => task)).toEqual(['a', 'b'])
    asked[1]?.draw()
    await b.url
  })

  it('is not drawn when nobody looks any more, and is for who looks again before its turn or after', async () => {
    const { asked, client } = daemon()
    const first = sample(client, 'first', {})
    const [left, back] = [sample(client, 'left', {}), sample(client, 'back', {})]
    left.url.catch(() => {})
    left.leave()
    back.leave()
    const returned = sample(client, 'back', {})
    await soon()
    asked[0]?.draw()
    await first.url
    await soon()
    expect(asked.map(({ task }) => task)).toEqual(['first', 'back'])
    asked[1]?.draw()
    await returned.url
    await expect(left.url).rejects.toThrow()
    const later = sample(client, 'left', {})
    await soon()
    asked[2]?.draw()
    expect(await later.url).toMatch(/^blob:/)
  })
})
