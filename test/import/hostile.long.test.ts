import { describe, expect, it } from 'vitest'
import { sample, trials } from '../support/fuzz.ts'
import { HOSTILE_DOCUMENTS } from './hostile/index.ts'
import { outcome } from './hostile/outcome.ts'
import { REFUSED } from './hostile/refused.ts'

/** Approximate size of each document, bytes. */
const SIZE = trials(400_000)

describe('a hostile document', () => {
  it.each(sample(HOSTILE_DOCUMENTS, 70, 70))('is drawn or refused: $format, $name', async (hostile) => {
    const isRefused = REFUSED.some(({ format, name }) => format === hostile.format && name === hostile.name)
    const ends = isRefused ? /^ERR_SVG_LIMIT$/ : /^(?:drawn|ERR_SVG_LIMIT|ERR_DOCUMENT|ERR_EMPTY|ERR_PARAMS)$/
    expect(await outcome(hostile, SIZE)).toMatch(ends)
  })
})
