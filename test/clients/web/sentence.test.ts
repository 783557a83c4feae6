import { describe, expect, it } from 'vitest'
import { applyEvents, type DaemonState, DISCONNECTED } from '../../../clients/web/src/state/daemon-state.ts'
import { placeOfTitle, sentence, sentences } from '../../../clients/web/src/status/sentence.ts'
import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { wireJob as job, wirePlotter as plotter } from '../../support/wire.ts'

const stateOf = (jobs: readonly WireJob[], plotters: readonly WirePlotter[] = []): DaemonState =>
  applyEvents(DISCONNECTED, [{ type: 'snapshot', seq: 1, jobs, total: jobs.length, paused: [], plotters }])
const plot = { plotter: 'any', copies: 1 }

describe('the status line', () => {
  it.each([
    ['no connection', DISCONNECTED, /No connection to the daemon/, undefined],
    ['an empty queue', stateOf([]), /The queue is empty/, undefined],
    [
      'a plotter that needs a sheet',
      stateOf([job('a', { status: 'rendered', plot })], [plotter({ is: 'idle', ready: false })]),
      /axi needs a fresh sheet.*Job a/,
      'ready',
    ],
    [
      'a plotter that draws',
      stateOf(
        [job('a', { status: 'plotting', progress: { phase: 'plot', done: 1204, of: 1950, secondsLeft: 240 } })],
        [plotter({ is: 'plotting', job: 'a' })],
      ),
      /^axi is drawing Job a: 4 minutes left, stroke 1,204 of 1,950\.$/,
      undefined,
    ],
    [
      'a job whose plan is being made',
      stateOf([job('a', { status: 'plotting', plot })], [{ ...plotter({ is: 'idle', ready: true }), job: 'a' }]),
      /^axi is about to draw Job a\.$/,
      undefined,
    ],
    [
      'a job that a user paused before its first stroke',
      stateOf(
        [job('a', { status: 'plotting', plot })],
        [{ ...plotter({ is: 'idle', ready: true }), job: 'a', willPause: true }],
      ),
      /^axi will pause before it draws Job a\.$/,
      undefined,
    ],
    [
      'a pen change',
      stateOf(
        [job('a')],
        [plotter({ is: 'paused', job: 'a', why: 'pen-change', prompt: 'Put pen 2, red, in the holder', since: 1 })],
      ),
      /^Put pen 2, red/,
      'resume',
    ],
    [
      'an interrupted job',
      stateOf([job('a', { status: 'interrupted' })]),
      /Nothing moves until you choose/,
      'resume-dialog',
    ],
    ['a fault', stateOf([], [plotter({ is: 'fault', code: 'ERR_DEVICE', message: 'no power' })]), /no power/, 'clear'],
  ] as const)('says what is going on and offers at most one action: %s', (_, daemon, words, action) => {
    const { text, action: offered } = sentence(daemon)
    expect(text).toMatch(words)
    expect(offered).toBe(action)
  })

  it.each([
    ['sheets', { sheets: 3, of: 3 }, /^axi is ready for the next 3 sheets/],
    ['one more sheet', { sheets: 1, of: 3 }, /^axi is ready for the next sheet:/],
    ['a job', { job: 'a', title: 'Job a' }, /^axi is ready for Job a:/],
  ] as const)('says for what a plotter is ready, by whose grant, and for how long: %s', (_, purpose, words) => {
    const grant = { by: 'cli', since: 0, until: 1_800_000, for: purpose }
    const daemon = stateOf([job('a', { status: 'queued', plot })], [plotter({ is: 'idle', ready: true }, { grant })])
    const left = (now: number) => /\((.*) left\)/.exec(sentence(daemon, now).text)?.[1]
    expect(sentence(daemon, 1000)).toMatchObject({ tone: 'granted', text: expect.stringMatching(words) })
    expect(sentence(daemon, 1000).text).toContain('by cli')
    expect([-9e9, 0, 61_000, 1_750_000, 9e9].map(left)).toEqual([
      '30 minutes', // a clock that is behind does not lengthen the grant
      '30 minutes',
      '28 minutes',
      'less than a minute',
      'less than a minute',
    ])
  })

  it('keeps the advice to compose a card apart from the text, because some sessions may not queue jobs', () => {
    for (const plotters of [[], [plotter({ is: 'idle', ready: false })]]) {
      const { text, advice } = sentence(stateOf([], plotters))
      expect(text).toBe('The queue is empty.')
      expect(advice).toMatch(/^Compose a card/)
    }
  })

  it('never asks for a sheet for another job while the sheet of an interrupted job lies on the plotter', () => {
    const cut = job('a', { status: 'interrupted', touched: true })
    const next = job('b', { status: 'rendered', plot })
    const interrupted = { job: 'a', title: 'Job a', done: 3, of: 9 }
    const daemon = stateOf([cut, next], [plotter({ is: 'idle', ready: false }, { interrupted })])
    expect(sentences(daemon).map(({ action }) => action)).toEqual(['resume-dialog'])
    expect(sentence(daemon).text).toContain('Its sheet lies on axi')
  })

  it.each([
    ['the present one is complete', { done: 9, copiesDone: 1 }],
    ['the grant ended before the first stroke', { done: 0, copiesDone: 2 }],
  ])('asks for the next sheet of a job before it asks for a sheet for another job, when %s', (_, sheet) => {
    const progress = { phase: 'plot' as const, of: 9, plotter: 'axi', ...sheet }
    const twice = job('a', { status: 'paused', plot: { plotter: 'any', copies: 3 }, progress })
    const daemon = stateOf(
      [twice, job('b', { status: 'rendered', plot, priority: 90 })],
      [plotter({ is: 'idle', ready: false })],
    )
    expect(sentence(daemon).text).toMatch(/sheet 3 of 3 of Job a/)
  })

  it.each([
    ['paused', { paused: [''] }, {}],
    ['paused for this plotter', { paused: [] }, { queuePaused: true }],
  ])('asks for no sheet while the queue is %s', (_, { paused }, changes) => {
    const daemon = stateOf([job('a', { status: 'rendered', plot })], [plotter({ is: 'idle', ready: false }, changes)])
    expect(sentence({ ...daemon, paused })).toMatchObject({ text: 'The queue is paused. One job is waiting.' })
    const more = { ...stateOf([job('a', { status: 'queued' }), job('b', { status: 'queued' })]), isCutOff: true }
    expect(sentence(more)).toMatchObject({ text: 'More than 2 jobs are waiting.' })
  })

  it.each([
    ['while the queue is empty', [], 'The queue is empty.'],
    ['while a job is rendered', [job('a', { status: 'started' })], 'Rendering Job a.'],
  ])('says that the plotter is in maintenance %s', (_, jobs, words) => {
    const maintenance = { reason: 'new belt', by: 'master', since: 1 }
    const inMaintenance = plotter({ is: 'idle', ready: false }, { maintenance })
    expect(sentence(stateOf(jobs, [inMaintenance])).text).toBe(`axi is in maintenance: new belt. ${words}`)
  })

  it('names a plotter in maintenance once while another plotter draws', () => {
    const maintenance = { reason: 'new belt', by: 'master', since: 1 }
    const inMaintenance = plotter({ is: 'idle', ready: false }, { maintenance })
    const drawing = plotter({ is: 'plotting', job: 'b' }, { name: 'one' })
    const [first] = sentences(stateOf([job('a', { status: 'started' }), job('b')], [inMaintenance, drawing]))
    expect(first?.text).toBe('axi is in maintenance: new belt. Rendering Job a.')
  })

  it('asks for no sheet on a plotter that cannot draw the job', () => {
    const result = {
      path: 'a.svg',
      widthMm: 400,
      heightMm: 280,
      strokes: 1,
      penDownMm: 1,
      travelMm: 1,
      lifts: 1,
      estimateSeconds: 1,
      plotters: ['large'],
      warnings: [],
    }
    const daemon = stateOf([job('a', { status: 'rendered', plot, result })], [plotter({ is: 'idle', ready: false })])
    expect(sentence(daemon).action).toBeUndefined()
  })

  it('puts a plotter that waits for the user before a plotter that draws', () => {
    const drawing = plotter({ is: 'plotting', job: 'b' }, { name: 'drawing' })
    const waiting = plotter({ is: 'paused', job: 'a', why: 'sheet', since: 1 }, { name: 'waiting' })
    expect(sentence(stateOf([job('a'), job('b')], [drawing, waiting])).plotter?.name).toBe('waiting')
  })

  it('has the most urgent sentence first, and then one for each other plotter that is paused or draws', () => {
    const drawing = plotter({ is: 'plotting', job: 'b' }, { name: 'one' })
    const paused = plotter(
      { is: 'paused', job: 'a', why: 'pen-change', prompt: 'put in pen 2 (red)', since: 1 },
      { name: 'two' },
    )
    const idle = plotter({ is: 'idle', ready: false }, { name: 'idle' })
    const all = sentences(
      stateOf([job('a'), job('b'), job('c', { status: 'rendered', plot })], [idle, drawing, paused]),
    )
    expect(all.map((each) => each.text.slice(0, 12))).toEqual(['idle needs a', 'two: put in ', 'one is drawi'])
    expect(sentences(stateOf([job('a'), job('b')], [idle, drawing]))).toHaveLength(1)
  })

  it('names the plotter of each pen change, also when the prompt contains the letters of its name', () => {
    const paused = (name: string, id: string) =>
      plotter({ is: 'paused', job: id, why: 'pen-change', prompt: 'put in pen 2 (red)', since: 1 }, { name })
    const all = sentences(stateOf([job('a'), job('b')], [paused('e', 'a'), paused('red', 'b')]))
    expect(all.map(({ text }) => text)).toEqual(['e: put in pen 2 (red).', 'red: put in pen 2 (red).'])
  })
})

describe('the title in a sentence', () => {
  it('is found only as a whole word', () => {
    const text = 'axidraw needs a fresh sheet to draw a: 60 × 100 mm.'
    expect(placeOfTitle({ text, title: 'a' })).toBe(text.indexOf('a: 60'))
    expect(placeOfTitle({ text: 'axidraw is drawing Ada.', title: 'Ada' })).toBe(19)
    expect(placeOfTitle({ text: 'axidraw draws (a).', title: 'a' })).toBe(15)
    expect(placeOfTitle({ text: 'axidraw', title: 'a' })).toBe(-1)
    expect(placeOfTitle({ text: 'axidraw' })).toBe(-1)
  })
})
