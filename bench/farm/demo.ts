/**
 * `npm run demo:farm`: hosts that share one queue on PostgreSQL, with simulated plotters. The demo kills a host in
 * the middle of a plot, and resumes the interrupted jobs. The ink of all plotters then proves that each stroke is on
 * paper, and that no part is there twice, except parts of redrawn strokes.
 *
 * Options: --hosts 3, --plotters 2 (of each host), --jobs 60, --speed 20, --at-once (starts the killed host again
 * before the others give it up).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { PlotdClient, WireJob } from '../../clients/node/index.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import { readPlan } from '../../src/plotter/plan/make-plan.ts'
import { type RunningSimulator, runSimulator } from '../../src/plotter/simulators/index.ts'
import { Host } from './host.ts'
import { newDatabase, type PostgresServer, startPostgres, WITHOUT_POSTGRES } from './postgres.ts'

const NAMES = ['north', 'south', 'east', 'west', 'hall', 'yard', 'loft', 'shed']
const LINES = 10

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '3' },
    plotters: { type: 'string', default: '2' },
    jobs: { type: 'string', default: '60' },
    speed: { type: 'string', default: '20' },
    'at-once': { type: 'boolean', default: false },
  },
})
const [hostCount, plottersEach, jobCount, speed] = [values.hosts, values.plotters, values.jobs, values.speed].map(
  Number,
)

/** Horizontal lines: a pen that moves step by step draws them exactly, so ink and drawing have the same length. */
function drawing(n: number): string {
  const lines = Array.from({ length: LINES }, (_, i) => `M10 ${10 + 4 * i}H${40 + ((7 * n + 11 * i) % 90)}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="148mm" height="105mm" viewBox="0 0 148 105"><path d="${lines.join('')}" fill="none" stroke="#000"/></svg>`
}

interface Plotter {
  readonly name: string
  readonly host: Host
  readonly simulator: RunningSimulator
}

const say = (text: string): void => console.log(text)

async function allJobs(client: PlotdClient): Promise<readonly WireJob[]> {
  return (await client.call('job.list', { limit: 1000 })).jobs
}

function tallyOf(jobs: readonly WireJob[]): string {
  const counts = new Map<string, number>()
  for (const { status } of jobs) counts.set(status, (counts.get(status) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
}

/** Gives each plotter a grant for fresh sheets, as its operator would. */
async function sheetsDown(client: PlotdClient, plotters: readonly Plotter[]): Promise<void> {
  for (const { name } of plotters) {
    for (;;) {
      const plotter = (await client.call('plotter.list', {})).find((candidate) => candidate.name === name)
      if (plotter?.state.is === 'idle' && !plotter.interrupted) break
      await delay(200)
    }
    await client.call('plotter.ready', { name, sheets: 1000 })
  }
}

/** Waits for a job that a plotter of the host is drawing, with at least 2 lines done and 4 to go. */
async function jobInMidPlot(client: PlotdClient, host: Host): Promise<WireJob> {
  for (;;) {
    const names = host.plotters.map(({ name }) => name)
    const job = (await allJobs(client)).find(
      ({ status, progress }) =>
        status === 'plotting' &&
        names.includes(progress?.plotter ?? '') &&
        (progress?.done ?? 0) >= 2 &&
        (progress?.done ?? 0) < LINES - 3,
    )
    if (job) return job
    await delay(20)
  }
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const view = await look()
    if (view !== undefined) return view
    await delay(250)
  }
}

/**
 * Resumes a job after its last whole stroke. If the pen's place on a cut stroke is known, the plotter draws the rest of
 * that stroke. Otherwise the plotter draws the whole stroke again.
 *
 * @param redrawn  the index of each stroke that is drawn again, by job
 */
async function resume(client: PlotdClient, job: WireJob, redrawn: Map<string, number>): Promise<string> {
  const place = await client.call('job.place', { id: job.id })
  const cut = place.first === place.last ? undefined : place.drawnMm === undefined ? 'redraw' : 'continue'
  if (cut === 'redraw') redrawn.set(job.id, place.first)
  await client.call('job.resume', { id: job.id, atHome: !place.homeKnown, ...(cut && { cut }) })
  const known = place.drawnMm === undefined ? '' : `, ${place.drawnMm.toFixed(1)} mm of stroke ${place.first + 1} drawn`
  return `stroke ${place.first} of ${place.of}${known}`
}

/** Compares the plans of all jobs with the ink on the paper of all plotters. */
async function proof(
  client: PlotdClient,
  jobs: readonly WireJob[],
  plotters: readonly Plotter[],
  cuts: number,
  redrawn: ReadonlyMap<string, number>,
): Promise<boolean> {
  let [strokes, mm, mostMm] = [0, 0, 0]
  for (const { id } of jobs) {
    const bytes = await client.plan(id)
    const plan = await readPlan({
      bytes: bytes.length,
      read: async (into, from) => into.set(bytes.subarray(from, from + into.length)),
    })
    strokes += plan.starts.length - 1
    mm += inkLength(plan)
    const again = redrawn.get(id)
    if (again !== undefined) mostMm += inkLength({ ...plan, starts: plan.starts.subarray(again, again + 2) })
  }
  mostMm += mm
  let [inkStrokes, inkMm] = [0, 0]
  for (const { simulator } of plotters) {
    inkStrokes += simulator.board.ink.strokeCount
    inkMm += simulator.board.ink.length
  }
  say(`strokes: ${strokes} planned, ${inkStrokes} on paper (up to one more for each of ${cuts} interrupted jobs)`)
  say(`ink:     ${mm.toFixed(1)} mm planned, ${inkMm.toFixed(1)} mm on paper`)
  // Each stroke is at least 30 mm long, so a missing or doubled stroke changes the ink by more than 10 mm. A part of a
  // stroke that is drawn again lies on paper twice.
  return inkMm > mm - 10 && inkMm < mostMm + 10 && inkStrokes >= strokes && inkStrokes <= strokes + cuts
}

async function perform(postgres: PostgresServer, folder: string): Promise<boolean> {
  const spool = await newDatabase(postgres)
  say(`PostgreSQL on port ${postgres.port}: ${spool}`)
  const hosts: Host[] = []
  const plotters: Plotter[] = []
  try {
    for (const name of NAMES.slice(0, hostCount)) {
      const simulators = await Promise.all(
        Array.from({ length: plottersEach ?? 0 }, () => runSimulator('ebb', { firmware: '3.0.3', speed: speed ?? 20 })),
      )
      const devices = simulators.map(({ path }, i) => ({
        name: `${name}-${i + 1}`,
        url: `serial:${path}?speed=${speed}`,
      }))
      const host = new Host(name, folder, spool, devices)
      hosts.push(host)
      for (const [i, simulator] of simulators.entries()) plotters.push({ name: `${name}-${i + 1}`, host, simulator })
    }
    return await act(hosts, plotters)
  } finally {
    await Promise.all(hosts.map((host) => host.stop().catch(() => {})))
    await Promise.all(plotters.map(({ simulator }) => simulator.close()))
  }
}

async function act(hosts: readonly Host[], plotters: readonly Plotter[]): Promise<boolean> {
  await Promise.all(hosts.map((host) => host.start()))
  const [first] = hosts
  const victim = hosts.at(-1)
  if (!first || !victim || first === victim) throw new Error('expected two hosts or more')
  const { client } = first
  say(`${hosts.length} hosts (${hosts.map(({ name }) => name).join(', ')}) with ${plotters.length} simulated plotters`)
  await client.call('job.submitAll', {
    jobs: Array.from({ length: jobCount ?? 0 }, (_, n) => ({
      task: 'svg',
      title: `card ${n + 1}`,
      params: { svg: drawing(n) },
      idempotencyKey: `card ${n + 1}`,
      plot: { plotter: 'any', options: { join: 0, trails: false } },
    })),
  })
  say(`${jobCount} jobs queued at ${first.name}`)
  await sheetsDown(client, plotters)
  const hit = await jobInMidPlot(client, victim)
  await victim.kill()
  say(`killed host ${victim.name} while ${hit.progress?.plotter} drew ${hit.title}`)
  const isOnVictim = ({ progress }: WireJob): boolean => victim.plotters.some(({ name }) => name === progress?.plotter)
  if (!values['at-once']) {
    await until(async () => (await client.call('job.get', { id: hit.id })).status === 'interrupted' || undefined)
    say(`jobs after the other hosts gave up ${victim.name}: ${tallyOf(await allJobs(client))}`)
  }
  await victim.start()
  say(`host ${victim.name} is started again; nothing moves by itself`)
  const interrupted = await until(async () => {
    const cut = (await allJobs(client)).filter(({ status }) => status === 'interrupted')
    return cut.some(({ id }) => id === hit.id) ? cut : undefined
  })
  const redrawn = new Map<string, number>()
  for (const job of interrupted) {
    const { reason, title, progress } = job
    say(`interrupted: ${title} on ${progress?.plotter} (${reason?.code}: ${reason?.message})`)
    await until(async () => {
      const plotter = (await client.call('plotter.list', {})).find(({ name }) => name === progress?.plotter)
      return plotter?.state.is === 'idle' ? true : undefined
    })
    say(`resumed at host ${first.name}, after ${await resume(client, job, redrawn)}`)
  }
  await until(async () => ((await allJobs(client)).some((job) => job.status === 'interrupted') ? undefined : true))
  await until(async () => {
    const busy = (await allJobs(client)).some((job) => job.status === 'plotting' && isOnVictim(job))
    return busy ? undefined : true
  })
  await sheetsDown(
    client,
    plotters.filter(({ host }) => host === victim),
  )
  const done = await until(async () => {
    const all = await allJobs(client)
    return all.every(({ status }) => status === 'finished' || status === 'failed') ? all : undefined
  })
  say(tallyOf(done))
  for (const { title, error } of done) if (error) say(`  ${title}: ${error.message} [${error.code}]`)
  for (const { name } of hosts) {
    const drawn = done.filter(({ progress }) => progress?.host === name).length
    say(`  ${name} drew ${drawn}, rendered ${done.filter(({ result }) => result?.path.startsWith(`${name}/`)).length}`)
  }
  const isRight =
    done.every(({ status }) => status === 'finished') &&
    (await proof(client, done, plotters, interrupted.length, redrawn))
  say(
    isRight
      ? 'Each stroke is on paper, and only redrawn strokes are there twice.'
      : 'A job failed, or the ink differs from the drawings.',
  )
  return isRight
}

if (WITHOUT_POSTGRES !== undefined) {
  console.error(`${WITHOUT_POSTGRES}. The demo starts a server of its own on a free port; nothing else is needed.`)
  process.exit(3)
}
const folder = await mkdtemp(join(tmpdir(), 'plotd-farm-'))
const postgres = await startPostgres()
try {
  process.exitCode = (await perform(postgres, folder)) ? 0 : 1
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
