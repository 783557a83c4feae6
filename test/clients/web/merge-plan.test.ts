import { describe, expect, it } from 'vitest'
import { envelopeBatch } from '../../../clients/node/merge/index.ts'
import { rowsWords } from '../../../clients/node/merge/rows-words.ts'
import { firstMap, mergeOptions, sampleRows, totalWords } from '../../../clients/web/src/compose/merge-plan.ts'

describe('a mail merge on the page', () => {
  const params = ['recipient', 'message', 'address', 'greetingFont']

  it('maps a column by the name of a parameter, or by a usual name such as Text for the message', () => {
    expect(firstMap(['Name', 'Text', 'Greeting font', 'Street', ''], params)).toEqual({
      Name: 'recipient',
      Text: 'message',
      'Greeting font': 'greetingFont',
      Street: '',
    })
  })

  it('leaves a usual name unmapped when another column maps to the same parameter', () => {
    expect(firstMap(['name', 'recipient'], params)).toEqual({ name: '', recipient: 'recipient' })
    expect(firstMap(['name', 'to'], params)).toEqual({ name: 'recipient', to: '' })
  })

  it('previews the first, the last, and some cards between them', () => {
    expect(sampleRows([2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([2, 4, 6, 8, 10])
    expect(sampleRows([2, 3])).toEqual([2, 3])
    expect(sampleRows([7])).toEqual([7])
    expect(sampleRows([])).toEqual([])
  })

  it('gives the envelopes the settings of the cards, but not their page, fit and layers', () => {
    const text = { type: 'string' }
    const card = { properties: { recipient: text, strict: { type: 'boolean' } } }
    const envelope = { properties: { address: text, size: text, strict: { type: 'boolean' } } }
    const choices = { map: {}, envelopes: 'c6', pairs: 'beside', orderBy: '' } as const
    const ink = { plotter: 'any', needs: ['gold'], strict: true }
    const plot = { ...ink, pageSize: 'a5', layers: [1], options: { fit: 'page', passes: 2 } } as const
    const settings = { strict: true, priority: 'high' } as const
    const { envelopes } = mergeOptions('xmas.csv', { card, envelope }, { values: {}, settings, choices, plot })
    expect(envelopes).toEqual({
      params: { size: 'c6', strict: true },
      order: 'beside',
      job: { priority: 'high', plot: { ...ink, options: { passes: 2 } } },
    })
  })

  it('cuts long names of batches between characters', () => {
    const choices = { map: {}, envelopes: '', pairs: 'beside', orderBy: '' } as const
    const name = (length: number) => `${'x'.repeat(length)}\u{1f382} party`
    const form = { values: {}, settings: {}, choices, plot: undefined }
    expect(mergeOptions(`${name(99)}.csv`, { card: {}, envelope: {} }, form).batch).toBe('x'.repeat(99))
    expect(envelopeBatch(name(87))).toBe(`${'x'.repeat(87)} envelopes`)
  })

  it('gives the time of all cards, as an estimate when not all were rendered', () => {
    expect(totalWords(2, [240, 300], 1)).toBe('2 cards, 9 minutes of drawing')
    expect(totalWords(194, [240, 300], 2)).toBe('194 cards, about 29 h 6 min of drawing')
    expect(totalWords(1, [], 1)).toBe('1 card')
  })

  it('names few rows, and counts many', () => {
    expect(rowsWords([2])).toBe('row 2')
    expect(rowsWords([2, 5])).toBe('rows 2, 5')
    expect(rowsWords([3, 4, 5, 6, 7])).toBe('5 rows, from row 3')
  })
})
