import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, type PlotdClient } from '../../../clients/node/index.ts'
import { type RunningSimulator, runSimulator } from '../../../src/plotter/simulators/index.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { runs } from '../../support/fuzz.ts'
import { until } from '../../support/until.ts'

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><path d="M1 1h20" stroke="black"/></svg>'

let board: RunningSimulator
let daemon: StartedDaemon
/** The token of this client has the role `submit`, so the client cannot give a grant. */
let stranger: PlotdClient
const call: StartedDaemon['client']['call'] = (method, params) => daemon.client.call(method, params)
const axi = () => call('plotter.get', { name: 'axi' })
const idle = () => until(async () => (await axi()).state.is === 'idle')

beforeAll(async () => {
  board = await runSimulator('ebb', { tcp: 0, speed: 50 })
  daemon = await startedDaemon({ plotters: [{ name: 'axi', url: `${board.url}?speed=50`, profile: 'axidraw-v3' }] })
  const { secret: token } = await call('token.new', { name: 'stranger', role: 'submit' })
  stranger = await connect({ url: daemon.daemon.url, token })
  await idle()
})
afterAll(async () => {
  stranger.close()
  await daemon.close()
  await board.close()
})

const jobVerbs = ['submit', 'submit', 'submit', 'submit copies', 'cancel', 'hold', 'release', 'top', 'retry'] as const
const plotterActions = [
  'ready',
  'ready',
  'ready for 2',
  'unready',
  'pause queue',
  'resume queue',
  'unplug',
  'wait',
  'wait',
] as const
const step = fc.record({
  verb: fc.oneof(fc.constantFrom(...jobVerbs), fc.constantFrom(...plotterActions)),
  pick: fc.nat(9),
})

/** The grant that the operator has given and not revoked, by the answers so far; `maybe` while a call changes it. */
type KnownGrant = { job: string } | { sheets: number } | 'maybe' | undefined

it('no sheet is begun without a grant for it while users submit, cancel, hold and move jobs, or pull the cable', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 20 }), fc.boolean(), async (steps, paused) => {
      if (paused) await call('queue.pause', { plotter: 'axi' })
      let permitted: KnownGrant
      const stray: string[] = []
      let drawing: string | undefined
      const feed = await daemon.client.subscribe((event) => {
        if (event.type !== 'plotter.changed') return
        const { state } = event.plotter
        if (state.is === 'plotting' && drawing !== state.job) {
          drawing = state.job
          if (permitted === undefined) stray.push(`${state.job} began without a grant`)
          else if (permitted !== 'maybe' && 'job' in permitted && permitted.job !== state.job) {
            stray.push(`${state.job} began on the grant for ${permitted.job}`)
          } else if (permitted !== 'maybe') {
            const left = 'sheets' in permitted ? permitted.sheets - 1 : 0
            permitted = left > 0 ? { sheets: left } : undefined
          }
        }
        if (state.is !== 'plotting' && state.is !== 'paused') drawing = undefined
      })
      /** Revokes the grant. If a plot has begun, the answer shows that plot. The event of the plot may come later. */
      const takeBack = async () => {
        const before = permitted
        permitted = 'maybe'
        const view = await call('plotter.unready', { name: 'axi' }).catch(() => undefined)
        if (view?.state.is === 'plotting') {
          if (before === undefined && drawing !== view.state.job) stray.push(`${view.state.job} began without a grant`)
          drawing = view.state.job
        }
        permitted = undefined
      }
      const jobs: string[] = []
      const done: string[] = []
      for (const { verb, pick } of steps) {
        done.push(verb)
        const id = jobs[pick % Math.max(1, jobs.length)] ?? 'none'
        const tried = (attempt: Promise<unknown>) => attempt.catch(() => {})
        if (verb === 'submit' || verb === 'submit copies') {
          const copies = verb === 'submit' ? 1 : 2
          const plot = { plotter: pick % 2 === 0 ? 'axi' : 'any', copies }
          const job = { task: 'svg', params: { svg }, plot, priority: 1 + pick * 10 }
          jobs.push((await stranger.submit(job)).id)
        } else if (verb === 'cancel' || verb === 'hold') {
          await tried(call(`job.${verb}`, { id }))
          const { status } = id === 'none' ? { status: 'none' } : await call('job.get', { id })
          const isGone = status === 'canceled' || status === 'held'
          if (isGone && permitted !== 'maybe' && permitted && 'job' in permitted && permitted.job === id)
            permitted = undefined
        } else if (verb === 'release' || verb === 'top' || verb === 'retry') {
          await tried(call(`job.${verb}`, { id }))
        } else if (verb === 'ready' || verb === 'ready for 2') {
          const before = permitted
          permitted = 'maybe'
          const order = verb === 'ready' ? {} : { sheets: 2 }
          const answer = await call('plotter.ready', { name: 'axi', newSheet: true, ...order }).catch(() => 'refused')
          if (answer === 'refused') permitted = before
          else {
            const grant = (answer as Awaited<ReturnType<typeof axi>>).grant?.for
            permitted = grant === undefined ? undefined : 'job' in grant ? { job: grant.job } : { sheets: grant.sheets }
          }
        } else if (verb === 'unready') {
          await takeBack()
        } else if (verb === 'pause queue') await call('queue.pause', { plotter: 'axi' })
        else if (verb === 'resume queue') await call('queue.resume', { plotter: 'axi' })
        else if (verb === 'unplug') {
          board.board.cable.cut()
          await until(async () => (await axi()).state.is === 'offline')
          permitted = undefined
          await call('plotter.connect', { name: 'axi' })
          await idle()
        } else {
          await until(async () => (await call('job.list', { status: ['queued', 'started'] })).total === 0)
          await until(async () => (await axi()).state.is !== 'plotting')
        }
        expect({ stray, done }).toEqual({ stray: [], done })
      }
      await takeBack()
      await call('queue.resume', { plotter: 'axi' })
      for (const id of jobs) await call('job.cancel', { id }).catch(() => {})
      await idle()
      expect({ stray, done }).toEqual({ stray: [], done })
      feed.close()
    }),
    runs(100, 6),
  )
})
