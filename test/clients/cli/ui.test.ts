import { describe, expect, it } from 'vitest'
import { pausingSentence } from '../../../clients/cli/commands/pause.ts'
import { Braille, brailleDrawing } from '../../../clients/cli/ui/braille.ts'
import { columns } from '../../../clients/cli/ui/columns.ts'
import { boundRow } from '../../../clients/cli/ui/figure-rows.ts'
import { ago, duration, length, priorityName, shortId, size } from '../../../clients/cli/ui/format.ts'
import { paintFor, wantsColor } from '../../../clients/cli/ui/paint.ts'
import { progressText, strokeBar, tenth } from '../../../clients/cli/ui/progress-line.ts'
import { jobLine } from '../../../clients/cli/ui/sentences.ts'
import { clip, hang, pad, width, wrap } from '../../../clients/cli/ui/text.ts'
import { strokesOf } from '../../../src/geometry/drawing.ts'
import { wireJob, wirePlotter } from '../../support/wire.ts'

const plain = paintFor(false)

describe('the proven limit on the time that other orders save', () => {
  const share = (gap: number) => boundRow({ gap, isOptimal: false })[1].match(/more than (\S+) %, proven/)?.[1]

  it.each([
    [0.005, '0.50'],
    [0.00504, '0.51'],
    [0.0101, '1.1'],
    [0.0996, '10.0'],
    [0.1201, '13'],
    [1, '100'],
    [0.00034, '0.034'],
    [0.0000123, '0.002'],
    [1e-8, '0.001'],
  ])('is rounded up: %d is %s percent', (gap, text) => expect(share(gap)).toBe(text))

  it('never claims more than is proven', () => {
    for (let gap = 1e-9; gap < 1; gap *= 1.037) expect(Number(share(gap))).toBeGreaterThanOrEqual(100 * gap)
    expect(boundRow({ gap: 1e-6, isOptimal: true })[1]).toBe('no order of these strokes saves 1 ms, proven')
  })
})

it('the line of a job stays one line when the title has a line break', () => {
  const job = wireJob('01JD4XK9QZ', { title: 'Dear\nAda' })
  expect(jobLine('Queued', job, plain, undefined)).toBe('Queued 4XK9QZ  text "Dear Ada"  normal')
})

describe('the layout of text in a terminal', () => {
  it.each([
    ['Ada', 3],
    ['Žluťoučký', 9],
    ['e\u0301', 1],
    ['東京', 4],
    ['\u001b[31mred\u001b[39m', 3],
    ['🎈', 2],
  ])('gives %s %i cells', (text, cells) => expect(width(text)).toBe(cells))

  it('cuts with an ellipsis, never inside a wide character', () => {
    expect(clip('Birthday for Ada', 9)).toBe('Birthday…')
    expect(clip('東京東京', 6)).toBe('東京…')
    expect(clip('short', 9)).toBe('short')
  })

  it('breaks a sentence where the terminal ends, keeps its gaps, and indents the next lines', () => {
    expect(hang('Queued 4XK9QZ  postcard  →  output/card.svg', 30)).toEqual([
      'Queued 4XK9QZ  postcard  →',
      '  output/card.svg',
    ])
    expect(hang('  note: so much', 10, 4)).toEqual(['  note: so', '    much'])
    expect(hang('a  line', Number.POSITIVE_INFINITY)).toEqual(['a  line'])
    expect(hang('', 10)).toEqual([''])
  })

  it('pads to the left and to the right', () => {
    expect([pad('京', 4), pad('7', 3, 'right')]).toEqual(['京  ', '  7'])
  })

  it('wraps whole words', () => {
    expect(wrap('the quick brown fox', 10)).toEqual(['the quick', 'brown fox'])
  })
})

describe('tables', () => {
  const rows = [
    { id: 'A1', title: 'Birthday for Ada Lovelace', age: '4 min ago' },
    { id: 'B2', title: '東京', age: 'just now' },
  ]
  const expected = [
    { title: 'ID', text: (row: (typeof rows)[0]) => row.id },
    { title: 'TITLE', text: (row: (typeof rows)[0]) => row.title, shrinkTo: 8 },
    { title: 'AGE', text: (row: (typeof rows)[0]) => row.age, align: 'right' as const, expendable: 1 },
  ]

  it('are as wide as they need to be', () => {
    expect(columns(rows, expected, 80)).toEqual([
      'ID  TITLE                            AGE',
      'A1  Birthday for Ada Lovelace  4 min ago',
      'B2  東京                        just now',
    ])
  })

  it.each([38, 30, 24, 14])('fit a terminal of %i cells', (cells) => {
    const lines = columns(rows, expected, cells)
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(width(line)).toBeLessThanOrEqual(cells)
  })

  it('have a line for each row, also when a title has line breaks or colours', () => {
    expect(columns([{ id: 'A1', title: '\u001b[31mAda\nB2  done', age: '1 s' }], expected, 80)).toEqual([
      'ID  TITLE         AGE',
      'A1  Ada B2  done  1 s',
    ])
  })

  it('may have more rows than a call may have arguments', () => {
    const many = Array.from({ length: 200_000 }, (_, n) => n)
    expect(columns(many, [{ title: 'N', text: String }], 80)).toHaveLength(200_001)
  })

  it('shrink a column before they leave one out', () => {
    expect(columns(rows, expected, 24)).toEqual([
      'ID  TITLE            AGE',
      'A1  Birthday…  4 min ago',
      'B2  東京        just now',
    ])
  })

  it('leave out the least needed column when shrunk columns do not fit', () => {
    expect(columns(rows, expected, 20)[0]).toBe('ID  TITLE')
  })
})

describe('numbers in words', () => {
  it.each([
    [38, '38 s'],
    [59.7, '60 s'],
    [250, '4 min'],
    [4320, '1 h 12 min'],
    [7200, '2 h'],
  ])('say %d seconds as %s', (seconds, words) => expect(duration(seconds)).toBe(words))

  it('give lengths in mm, and long lengths in m', () => {
    expect([length(812.34), length(12_345), size(210, 148)]).toEqual(['812.3 mm', '12.35 m', '210 × 148 mm'])
  })

  it('give a past time as its age', () => {
    expect([ago(0, 5000), ago(0, 240_000), ago(0, 3 * 864e5)]).toEqual(['just now', '4 min ago', '3 d ago'])
  })

  it('name priorities, and jobs by the end of their id', () => {
    expect([priorityName(75), priorityName(50), priorityName(33)]).toEqual(['high', 'normal', '33'])
    expect(shortId('01JD9Z6K3M0000000000ABCDEF')).toBe('ABCDEF')
  })
})

describe('progress', () => {
  it('is a stroke that grows', () => {
    expect(strokeBar(0.5, 10, plain)).toBe('━━━━━●┄┄┄┄')
    expect(strokeBar(0, 4, plain)).toBe('●┄┄┄')
    expect(strokeBar(1, 4, plain)).toBe('━━━━')
  })

  const progress = { phase: 'plot' as const, done: 1204, of: 1950, secondsLeft: 250 }

  it('names share, strokes and time left', () => {
    expect(progressText('Ada', progress, plain, 80)).toBe(
      'Ada  ━━━━━━━━━━━━━━━━━━━●┄┄┄┄┄┄┄┄┄┄┄   61 %  stroke 1,204 of 1,950  4 min left',
    )
  })

  it('stays one line when the title has a line break', () => {
    expect(progressText('Dear\nAda', progress, plain, 80)).toMatch(/^Dear Ada /)
  })

  it('is a share of the time, so that it agrees with the time left; a share of the strokes when the time is unknown', () => {
    const long = { ...progress, done: 0, of: 1, secondsLeft: 30, secondsOf: 120 }
    expect(progressText('Ada', long, plain, 80)).toMatch(/ 75 % {2}stroke 0 of 1 {2}30 s left$/)
    expect(tenth(long)).toBe(7)
    expect(tenth(progress)).toBe(6)
  })

  it.each([200, 80, 60, 40, 25])('fits %i cells', (cells) => {
    expect(width(progressText('Birthday for Ada Lovelace', progress, plain, cells))).toBeLessThan(cells)
  })
})

describe('drawing in the terminal', () => {
  it('sets dots in braille', () => {
    const canvas = new Braille(2, 1)
    canvas.line(0, 0, 3, 3)
    expect(canvas.rows()).toEqual(['⠑⢄'])
  })

  it('leaves out lines and dots beyond its edges', () => {
    const canvas = new Braille(1, 1)
    canvas.line(-9, -9, -1, -1)
    canvas.dot(2, 0)
    expect(canvas.rows()).toEqual([' '])
  })

  it('shows a page in proportion', () => {
    const canvas = brailleDrawing(
      strokesOf([0, 0, 200, 0, 200, 100, 0, 100, 0, 0]),
      { width: 200, height: 100 },
      20,
      20,
    )
    expect([canvas.width, canvas.height]).toEqual([40, 24])
  })
})

describe('colour', () => {
  it('is on by default only on a terminal that is not dumb', () => {
    expect(wantsColor({ isTTY: true }, {})).toBe(true)
    expect(wantsColor({}, {})).toBe(false)
    expect(wantsColor({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
  })

  it('heeds NO_COLOR before FORCE_COLOR', () => {
    expect(wantsColor({ isTTY: true }, { NO_COLOR: '1' })).toBe(false)
    expect(wantsColor({}, { FORCE_COLOR: '1' })).toBe(true)
    expect(wantsColor({}, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false)
  })

  it('is absent from text when it is off', () => {
    expect([plain.accent('a'), plain.bad('b'), plain.dim('c')]).toEqual(['a', 'b', 'c'])
    expect(paintFor(true).accent('a')).toBe('\u001b[38;5;202ma\u001b[39m')
  })
})

describe('the answer to `plotd pause`', () => {
  it('confirms the pause before the plotter has carried it out', () => {
    const planning = wirePlotter({ is: 'idle', ready: true }, { job: 'a' })
    expect(pausingSentence(planning, false)).toBe(
      'axi waits before the first stroke of a. `plotd resume axi` lets it begin.',
    )
    const plotting = wirePlotter({ is: 'plotting', job: 'a' })
    expect(pausingSentence(plotting, false)).toMatch(/^axi lifts the pen at the end of this stroke and waits\./)
    expect(pausingSentence(wirePlotter({ is: 'idle', ready: false }), true)).toBeUndefined()
  })
})
