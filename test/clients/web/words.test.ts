import { describe, expect, it } from 'vitest'
import { problemOf } from '../../../clients/web/src/compose/problem.ts'
import { submitAgain } from '../../../clients/web/src/job/actions.ts'
import { paramRows } from '../../../clients/web/src/job/params.ts'
import { continueWords, cutWords, statusWords } from '../../../clients/web/src/job/status-words.ts'
import { isMatch, placeAfterShift, queueWords } from '../../../clients/web/src/queue/figures.ts'
import { layerWords } from '../../../clients/web/src/shared/format.ts'
import { paperOf } from '../../../clients/web/src/sheet/paper.ts'
import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { pageNames } from '../../../src/geometry/pages.ts'

const job = (change: Partial<WireJob>): WireJob =>
  ({
    id: '01ABC',
    task: 'postcard',
    title: 'Birthday for Ada',
    tags: ['friends'],
    status: 'rendered',
    plot: { plotter: 'any', copies: 1 },
    result: { estimateSeconds: 600 },
    ...change,
  }) as WireJob

describe('the status of a job that waits', () => {
  it('says that the job waits for another job, or when the job starts', () => {
    const waiting = { code: 'dependency', message: 'waits for a job' } as const
    expect(statusWords(job({ status: 'scheduled', dependsOn: ['01ABB'], reason: waiting }))).toBe(
      'waiting for another job',
    )
    const runAt = Date.UTC(2026, 11, 24, 18)
    const time = new Date(runAt).toLocaleString()
    expect(statusWords(job({ status: 'scheduled', dependsOn: [], runAt }))).toBe(`starts ${time}`)
  })

  it('mentions no other job after the parents of the job have finished', () => {
    expect(statusWords(job({ status: 'queued', dependsOn: ['01ABB'] }))).toBe('waiting')
  })
})

describe('the button that continues a plot', () => {
  it.each([
    [{ stroke: 0, mm: 0 }, 'Continue with stroke 1'],
    [{ stroke: 1999, mm: 5.04 }, 'Continue 5 mm into stroke 2,000'],
    [{ stroke: 2000, mm: 0 }, 'End the sheet: no stroke is left'],
  ])('names the stroke to continue with, if one is left: %o', (place, words) => {
    expect(continueWords(place, 2000)).toBe(words)
  })
})

describe('the buttons that draw the cut strokes again or skip them', () => {
  it('say how many cut strokes there are, if more than one', () => {
    expect([1, 2].map(cutWords)).toEqual(['the cut stroke', 'the 2 cut strokes'])
  })
})

describe('a layer', () => {
  it.each([
    ['red pen', '1 red pen'],
    ['sky_and_sea', '1 sky and sea'],
    ['', 'Layer 2'],
  ])('named %j, with pen 1 and in place 2, reads %j', (name, words) => {
    expect(layerWords(name, 1, 2)).toBe(words)
  })
})

describe('a refusal of a form', () => {
  it('is shown at the field that it is about', () => {
    const issues = [
      { field: 'seed', expected: 'expected at most 9' },
      { field: 'template', expected: 'expected one of birthday', suggestion: 'birthday' },
      { field: 'address.0', expected: 'expected a string' },
    ]
    const { fields } = problemOf(new PlotdError('ERR_PARAMS', 'postcard: three faults', { issues }))
    expect(Object.fromEntries(fields)).toEqual({
      seed: 'expected at most 9',
      template: 'expected one of birthday (did you mean birthday?)',
      address: 'expected a string',
    })
  })

  it('is shown with the words of its message when one field is at fault', () => {
    const message = 'message: 4,000 characters do not fit into 90 × 60 mm'
    const { fields } = problemOf(
      new PlotdError('ERR_PARAMS', message, { issues: [{ field: 'message', expected: 'expected a text that fits' }] }),
    )
    expect(fields.get('message')).toBe('4,000 characters do not fit into 90 × 60 mm')
  })

  it('is shown at a setting of the plot, whichever part of the daemon refuses it', () => {
    const issues = [{ field: 'options.speedPercent', expected: 'expected at most 400' }]
    const speed = problemOf(new PlotdError('ERR_PARAMS', 'plot: options.speedPercent is 9999', { issues }))
    expect([...speed.fields]).toEqual([['plot.speedPercent', 'expected at most 400']])
    const margin = problemOf(new PlotdError('ERR_PARAMS', 'margin: 190 is too much', { field: 'margin', value: 190 }))
    expect([...margin.fields]).toEqual([['plot.margin', '190 is too much']])
  })

  it('is a message alone when it is about no field', () => {
    const { fields, message } = problemOf(new PlotdError('ERR_STRICT', 'an image will not be drawn', { issues: 'odd' }))
    expect([message, fields.size]).toEqual(['an image will not be drawn', 0])
  })
})

describe('the queue in the page', () => {
  it('counts the jobs and adds up their time, sheet by sheet', () => {
    expect(queueWords([])).toBe('')
    expect(queueWords([job({}), job({ plot: { plotter: 'any', copies: 5 } })])).toBe('2 jobs, 60 minutes')
    const third = { phase: 'plot', done: 1, of: 2, copiesDone: 2, secondsLeft: 60 } as const
    expect(queueWords([job({ plot: { plotter: 'any', copies: 4 }, progress: third })])).toBe('1 job, 11 minutes')
  })

  it('gives a minimum time while a job is not rendered, and counts no time for a job without ink', () => {
    const { result: _, ...queued } = job({ status: 'queued' })
    const { plot: __, ...svgOnly } = job({})
    expect(queueWords([job({}), queued, svgOnly])).toBe('3 jobs, more than 10 minutes')
    expect(queueWords([svgOnly])).toBe('1 job')
    expect(queueWords([job({}), svgOnly], true)).toBe('More than 2 jobs, more than 10 minutes')
  })

  it('is searched by title, task, tag and id', () => {
    expect(['ada', 'POSTCARD friends', '01abc', '', ' birth  ada '].map((words) => isMatch(job({}), words))).toEqual(
      Array.from({ length: 5 }, () => true),
    )
    expect(isMatch(job({}), 'ada bob')).toBe(false)
  })
})

describe('a job that an arrow key moves in the queue', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => job({ id })) as [WireJob, WireJob, WireJob, WireJob]
  const all = [a, b, c, d]

  it('passes the next job of the list', () => {
    expect(placeAfterShift(all, all, b, -1)).toEqual({ before: 'a' })
    expect(placeAfterShift(all, all, b, 1)).toEqual({ before: 'd' })
    expect(placeAfterShift(all, all, c, 1)).toEqual({})
  })

  it('passes the next job that a search shows, and the hidden jobs between the two', () => {
    expect(placeAfterShift(all, [a, c], c, -1)).toEqual({ before: 'a' })
    expect(placeAfterShift(all, [a, c], a, 1)).toEqual({ before: 'd' })
    expect(placeAfterShift(all, [a, d], a, 1)).toEqual({})
  })

  it('does not move past an end of the list, nor when the list does not show it', () => {
    expect(placeAfterShift(all, [b, c], b, -1)).toBeUndefined()
    expect(placeAfterShift(all, [b, c], c, 1)).toBeUndefined()
    expect(placeAfterShift(all, [b, c], d, -1)).toBeUndefined()
  })
})

describe('the view of the parameters of a job', () => {
  it('shows the words of a card first, and shortens the text of an SVG', () => {
    const svg = `<svg>${' '.repeat(5000)}</svg>`
    const { words, others } = paramRows({
      seed: 7,
      message: 'Hello',
      recipient: 'Ada',
      from: '',
      greetingFont: 'x',
      svg,
    })
    expect(words).toEqual([
      { name: 'Recipient', text: 'Ada' },
      { name: 'Message', text: 'Hello' },
    ])
    expect(others.map(({ name }) => name)).toEqual(['Seed', 'Greeting font', 'Svg'])
    expect(others[2]?.text).toMatch(/^<svg> +… \(5,011 characters\)$/)
  })
})

describe('the paper before a drawing is rendered', () => {
  it('is the page of the plot, else the size of the card or the sheet', () => {
    expect(paperOf({ size: 'a6' })).toEqual({ width: 148, height: 105 })
    expect(paperOf({ size: 'a6', orientation: 'portrait' })).toEqual({ width: 105, height: 148 })
    expect(paperOf({ size: '4x6in' })?.width).toBeCloseTo(152.4)
    expect(paperOf({ width: 60, height: 148 })).toEqual({ width: 60, height: 148 })
    expect(paperOf({ width: 60, height: 148 }, { pageSize: 'a4' })).toEqual({ width: 210, height: 297 })
    expect(paperOf({}, { pageSize: 'a4', options: { landscape: true } })).toEqual({ width: 297, height: 210 })
    expect(paperOf({}, { pageSize: '100x200mm' })).toEqual({ width: 100, height: 200 })
    expect(pageNames.filter((name) => paperOf({}, { pageSize: name }) === undefined)).toEqual([])
    expect(paperOf({}, { pageSize: '21cm×10cm' })).toEqual({ width: 210, height: 100 })
  })

  it('is unknown when neither the page of the plot nor the parameters give the size of a sheet', () => {
    expect(paperOf({ upload: 'abc', size: 5 })).toBeUndefined()
    expect(paperOf(undefined, { pageSize: 'mine' })).toBeUndefined()
  })
})

describe('a job that is queued again', () => {
  it('keeps its path, its tags, its time limit and its retries', async () => {
    const more = {
      params: {},
      output: 'mine/ada.svg',
      priority: 25,
      timeoutMs: 60_000,
      retries: { max: 3, backoffMs: 1000 },
    }
    const requests: [string, object][] = []
    const request = async (method: string, params: object) => {
      requests.push([method, params])
      return job(more)
    }
    await submitAgain({ request } as never, '01ABC')
    const { id: _, status: __, result: ___, ...kept } = job(more)
    expect(requests.at(-1)).toEqual(['job.submit', { ...kept, idempotencyKey: expect.any(String) }])
  })

  it('asks for all copies of the first request, even if a retry asked only for the missing copies', async () => {
    const requests: object[] = []
    const request = async (_: string, params: object) => {
      requests.push(params)
      return job({ plot: { plotter: 'any', copies: 1 }, spent: { inkMm: 1, drawnSeconds: 1, copies: 2 } })
    }
    await submitAgain({ request } as never, '01ABC')
    expect(requests.at(-1)).toMatchObject({ plot: { plotter: 'any', copies: 3 } })
  })
})
