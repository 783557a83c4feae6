import { expect, it } from 'vitest'
import { night } from '../../bench/night/night.ts'

it('a night of the workshop leaves every row well inked once, and calls somebody once for each need', async () => {
  const { wrong, counts } = await night({ cards: 40, seed: 7475, speed: 100 })
  expect(wrong).toEqual([])
  expect(counts).toMatchObject({ jobs: 80, crashes: 2, unplugged: 1 })
}, 1_800_000)
