import { describe, expect, it } from 'vitest'
import { shortFileName } from '../../../clients/node/file-name.ts'

describe('the name of a file', () => {
  it.each(['hills.svg', 'hills', '.svg', '', 'two\nlines.svg', `${'n'.repeat(160)}.svg`])('stays: %s', (name) => {
    expect(shortFileName(name)).toBe(name)
  })

  it('is cut before its extension when it is too long for a job', () => {
    expect(shortFileName(`${'n'.repeat(161)}.svgz`)).toBe(`${'n'.repeat(160)}….svgz`)
    expect(shortFileName('n'.repeat(300))).toBe(`${'n'.repeat(160)}…`)
    expect(shortFileName(`${'é'.repeat(200)}.x.y`)).toBe(`${'é'.repeat(160)}….y`)
    expect(shortFileName('🎉'.repeat(161))).toBe(`${'🎉'.repeat(160)}…`)
  })
})
