import { expect, it } from 'vitest'
import { night } from '../../bench/night/night.ts'

/**
 * `npm run bench workshop-night` draws a thousand cards and their envelopes. This test draws 6 of each, with the same
 * kinds of mishaps.
 */
it('a night of cards breaks no rule, although the daemon is killed twice and a cable is pulled', async () => {
  const { wrong, counts } = await night({ cards: 6, seed: 3, speed: 200 })
  expect(wrong).toEqual([])
  expect(counts).toMatchObject({ jobs: 12, crashes: 2, unplugged: 1 })
}, 1_800_000)
