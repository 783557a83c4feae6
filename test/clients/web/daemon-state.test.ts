import { describe, expect, it } from 'vitest'
import { shareOf } from '../../../clients/node/progress.ts'
import { chosenForm, complete, forms, given } from '../../../clients/web/src/compose/schema.ts'
import { fitted, tickStep, zoomed } from '../../../clients/web/src/sheet/view.ts'
import {
  aged,
  historyOf,
  NOTHING,
  type Picture,
  after as pictureAfter,
  queueOf,
} from '../../../clients/web/src/state/daemon-state.ts'
import { sentence, sentences } from '../../../clients/web/src/status/sentence.ts'
import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'

const job = (id: string, over: Partial<WireJob> = {}): WireJob => ({
  id,
  task: 'text',
  title: `Job ${id}`,
  tags: [],
  priority: 50,
  order: 1,
  status: 'queued',
  createdAt: 0,
  attempts: 0,
  timeoutMs: 1,
  dependsOn: [],
  retries: { max: 0, backoffMs: 0 },
  touched: false,
  ...over,
})
const plotter = (state: WirePlotter['state']): WirePlotter => ({
  name: 'axi',
  url: 'sim:ebb',
  profile: 'axidraw-v3',
  widthMm: 300,
  heightMm: 218,
  gate: true,
  queuePaused: false,
  state,
  planned: {},
  adjusted: {},
})
const seen = (jobs: readonly WireJob[], plotters: readonly WirePlotter[] = []): Picture =>
  pictureAfter(NOTHING, { type: 'snapshot', seq: 1, jobs, total: jobs.length, paused: [], plotters })
const ink = { plotter: 'any', copies: 1 }

describe('the picture of the daemon', () => {
  it('shows the queue as it will be drawn: what is on paper, then priority, then order', () => {
    const jobs = [
      job('low', { priority: 25 }),
      job('second', { order: 2 }),
      job('first'),
      job('on paper', { priority: 1, status: 'paused' }),
    ]
    expect(queueOf(seen(jobs)).map(({ id }) => id)).toEqual(['on paper', 'first', 'second', 'low'])
  })

  it('shows what is over, newest first', () => {
    const jobs = [job('old', { status: 'failed', endedAt: 1 }), job('new', { status: 'finished', endedAt: 2 })]
    expect(historyOf(seen(jobs)).map(({ id }) => id)).toEqual(['new', 'old'])
  })

  it('follows changes, progress and removals, and never changes an older picture', () => {
    const first = seen([job('a')])
    const changed = pictureAfter(first, { type: 'job.changed', seq: 2, job: job('a', { status: 'started' }) })
    const further = pictureAfter(changed, {
      type: 'job.progress',
      seq: 3,
      id: 'a',
      progress: { phase: 'render', done: 1, of: 2 },
    })
    const gone = pictureAfter(further, { type: 'job.removed', seq: 4, id: 'a' })
    expect([first, changed, gone].map((each) => each.jobs.get('a')?.status)).toEqual(['queued', 'started', undefined])
    expect(further.jobs.get('a')?.progress?.done).toBe(1)
  })
})

describe('the time left', () => {
  const drawn = { phase: 'plot' as const, done: 0, of: 1, secondsLeft: 90, secondsOf: 120 }

  it('goes by the clock while a stroke is drawn, and never below nothing', () => {
    const picture = seen([job('a', { status: 'plotting', progress: drawn })])
    const left = (ms: number) => aged(picture, ms).jobs.get('a')?.progress
    expect(left(30_000)).toEqual({ ...drawn, secondsLeft: 60 })
    expect(left(200_000)).toEqual({ ...drawn, secondsLeft: 0 })
  })

  it('stands while nothing is drawn, or nobody knows', () => {
    const paused = seen([job('a', { status: 'paused', progress: drawn })])
    expect(aged(paused, 1000)).toBe(paused)
    const away = { ...seen([job('a', { status: 'plotting', progress: drawn })]), connected: false }
    expect(aged(away, 1000)).toBe(away)
  })

  it('and the share that is drawn are of one piece; strokes count where the time is not known', () => {
    expect(shareOf(drawn)).toBe(0.25)
    expect(shareOf({ phase: 'plot', done: 1, of: 4 })).toBe(0.25)
    expect(shareOf({ ...drawn, done: 1 })).toBe(1)
  })
})

describe('the sentence', () => {
  it.each([
    ['away', NOTHING, /daemon is away/, undefined],
    ['nothing to do', seen([]), /Nothing waits/, undefined],
    [
      'a sheet is wanted',
      seen([job('a', { status: 'rendered', plot: ink })], [plotter({ is: 'idle', ready: false })]),
      /axi waits for a fresh sheet.*Job a/,
      'ready',
    ],
    [
      'drawing',
      seen(
        [job('a', { status: 'plotting', progress: { phase: 'plot', done: 1204, of: 1950, secondsLeft: 240 } })],
        [plotter({ is: 'plotting', job: 'a' })],
      ),
      /^axi is drawing Job a: 4 minutes left, stroke 1,204 of 1,950\.$/,
      undefined,
    ],
    [
      'planned before the first stroke',
      seen([job('a', { status: 'plotting', plot: ink })], [plotter({ is: 'idle', ready: true })]),
      /^axi is about to draw Job a\.$/,
      undefined,
    ],
    [
      'a pen to change',
      seen(
        [job('a')],
        [plotter({ is: 'paused', job: 'a', why: 'pen-change', prompt: 'Put pen 2, red, in the holder' })],
      ),
      /^Put pen 2, red/,
      'resume',
    ],
    ['cut off', seen([job('a', { status: 'interrupted' })]), /Nothing moves until you say/, 'resume-dialog'],
    ['a fault', seen([], [plotter({ is: 'fault', code: 'ERR_DEVICE', message: 'no power' })]), /no power/, 'clear'],
  ] as const)('tells what is going on, and the one thing to do: %s', (_, picture, words, action) => {
    const { text, action: offered } = sentence(picture)
    expect(text).toMatch(words)
    expect(offered).toBe(action)
  })

  it('lets what asks for a person come before what merely goes on', () => {
    const busy = { ...plotter({ is: 'plotting', job: 'b' }), name: 'busy' }
    const asks = { ...plotter({ is: 'paused', job: 'a', why: 'sheet' }), name: 'asks' }
    expect(sentence(seen([job('a'), job('b')], [busy, asks])).plotter?.name).toBe('asks')
  })

  it('has a sentence of each plotter that draws, which says who it is, and none of those that wait', () => {
    const busy = { ...plotter({ is: 'plotting', job: 'b' }), name: 'busy' }
    const pen = { ...plotter({ is: 'paused', job: 'a', why: 'pen-change', prompt: 'put in pen 2 (red)' }), name: 'two' }
    const idle = { ...plotter({ is: 'idle', ready: false }), name: 'idle' }
    const all = sentences(seen([job('a'), job('b'), job('c', { status: 'rendered', plot: ink })], [idle, busy, pen]))
    expect(all.map((each) => each.text.slice(0, 12))).toEqual(['idle waits f', 'two: put in ', 'busy is draw'])
    expect(sentences(seen([job('a'), job('b')], [idle, busy]))).toHaveLength(1)
  })
})

describe('forms from schemas', () => {
  const schema = {
    oneOf: ['spiral', 'grid'].map((name) => ({
      properties: {
        pattern: { const: name },
        turns: { type: 'number', default: 3 },
        ...(name === 'grid' ? { cell: {} } : {}),
      },
      required: ['pattern', ...(name === 'grid' ? ['cell'] : [])],
    })),
  }

  it('offers the variants and takes the one whose constant is chosen', () => {
    const offer = forms(schema)
    expect(offer.by).toBe('pattern')
    expect(chosenForm(offer, { pattern: 'grid' }).properties?.['cell']).toBeDefined()
    expect(chosenForm(offer, {}).properties?.['cell']).toBeUndefined()
  })

  it('sends what a person gave to this variant and nothing else', () => {
    const form = chosenForm(forms(schema), { pattern: 'spiral' })
    expect(given(form, { pattern: 'spiral', turns: 5, cell: 9, message: '' })).toEqual({ pattern: 'spiral', turns: 5 })
  })

  it('is complete when everything required is there', () => {
    const form = chosenForm(forms(schema), { pattern: 'grid' })
    expect(complete(form, {})).toBe(false)
    expect(complete(form, { cell: 4 })).toBe(true)
  })
})

describe('the view of the sheet', () => {
  it('fits the whole sheet between the rulers', () => {
    const { scale, x, y } = fitted(800, 600, 210, 148)
    expect(x).toBeGreaterThan(22)
    expect(x + 210 * scale).toBeLessThan(800)
    expect(y + 148 * scale).toBeLessThan(600)
  })

  it('keeps the paper under the pointer where it is while zooming', () => {
    const view = fitted(800, 600, 210, 148)
    const closer = zoomed(view, 2, 300, 200, view.scale)
    expect((300 - closer.x) / closer.scale).toBeCloseTo((300 - view.x) / view.scale)
    expect((200 - closer.y) / closer.scale).toBeCloseTo((200 - view.y) / view.scale)
  })

  it.each([0.5, 1, 3.7, 20, 100])('labels the rulers in round steps at %f px a mm', (scale) => {
    const { label, minor } = tickStep(scale)
    expect(label * scale).toBeGreaterThanOrEqual(48)
    expect(label / minor).toBeCloseTo(Math.round(label / minor))
  })
})
