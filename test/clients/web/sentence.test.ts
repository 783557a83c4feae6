import { describe, expect, it } from 'vitest'
import { applyEvent, type DaemonState, DISCONNECTED } from '../../../clients/web/src/state/daemon-state.ts'
import { sentence, sentences } from '../../../clients/web/src/status/sentence.ts'
import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { wireJob as job, wirePlotter as plotter } from '../../support/wire.ts'

const stateOf = (jobs: readonly WireJob[], plotters: readonly WirePlotter[] = []): DaemonState =>
  applyEvent(DISCONNECTED, { type: 'snapshot', seq: 1, jobs, total: jobs.length, paused: [], plotters })
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
      stateOf([job('a', { status: 'plotting', plot })], [plotter({ is: 'idle', ready: true })]),
      /^axi is about to draw Job a\.$/,
      undefined,
    ],
    [
      'a pen change',
      stateOf(
        [job('a')],
        [plotter({ is: 'paused', job: 'a', why: 'pen-change', prompt: 'Put pen 2, red, in the holder' })],
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
  ] as const)('says what is going on and offers one action: %s', (_, daemon, words, action) => {
    const { text, action: offered } = sentence(daemon)
    expect(text).toMatch(words)
    expect(offered).toBe(action)
  })

  it('puts a plotter that waits for the user before one that draws', () => {
    const drawing = plotter({ is: 'plotting', job: 'b' }, { name: 'drawing' })
    const waiting = plotter({ is: 'paused', job: 'a', why: 'sheet' }, { name: 'waiting' })
    expect(sentence(stateOf([job('a'), job('b')], [drawing, waiting])).plotter?.name).toBe('waiting')
  })

  it('has a sentence for each plotter that draws or is paused, with its name, and none for the idle rest', () => {
    const drawing = plotter({ is: 'plotting', job: 'b' }, { name: 'one' })
    const paused = plotter({ is: 'paused', job: 'a', why: 'pen-change', prompt: 'put in pen 2 (red)' }, { name: 'two' })
    const idle = plotter({ is: 'idle', ready: false }, { name: 'idle' })
    const all = sentences(
      stateOf([job('a'), job('b'), job('c', { status: 'rendered', plot })], [idle, drawing, paused]),
    )
    expect(all.map((each) => each.text.slice(0, 12))).toEqual(['idle needs a', 'two: put in ', 'one is drawi'])
    expect(sentences(stateOf([job('a'), job('b')], [idle, drawing]))).toHaveLength(1)
  })
})
