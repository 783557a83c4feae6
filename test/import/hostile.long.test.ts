import { describe, expect, it } from 'vitest'
import { sample, trials } from '../support/fuzz.ts'
import { HOSTILE_DOCUMENTS, type HostileDocument } from './hostile/index.ts'
import { outcome } from './hostile/outcome.ts'
import { REFUSED } from './hostile/refused.ts'

/** Approximate size of each document whose size is not fixed, bytes. */
const SIZE = trials(400_000)

const isRefused = (hostile: HostileDocument): boolean =>
  REFUSED.some(({ format, name }) => format === hostile.format && name === hostile.name)
const others = HOSTILE_DOCUMENTS.filter((hostile) => !isRefused(hostile))

describe('a hostile document', () => {
  it.each(HOSTILE_DOCUMENTS.filter(isRefused))('is refused by a limit: $format, $name', async (hostile) => {
    expect(await outcome(hostile, SIZE)).toBe('ERR_SVG_LIMIT')
  })

  it.each(sample(others, 60, 60))('is drawn or refused: $format, $name', async (hostile) => {
    expect(await outcome(hostile, SIZE)).toMatch(/^(?:drawn|ERR_SVG_LIMIT|ERR_DOCUMENT|ERR_EMPTY|ERR_PARAMS)$/)
  })
})
