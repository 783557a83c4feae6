import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PenBook } from '../../../src/daemon/plotting/pen-book.ts'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { stroke, strokeCount } from '../../../src/geometry/drawing.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import { locate } from '../../../src/plotter/plan/cut.ts'
import { encodePlan } from '../../../src/plotter/plan/make-plan.ts'
import type { Plan } from '../../../src/plotter/plan/plan.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { Profile } from '../../../src/plotter/profiles/profile.ts'
import { memoryFrom, type PlotterMemory } from '../../../src/plotter/session/memory.ts'
import { dueRule, type PenRule, slotOf } from '../../../src/plotter/session/pen-ledger.ts'
import type { PlotEvents } from '../../../src/plotter/session/run.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { makeSimulator } from '../../../src/plotter/simulators/make.ts'
import type { SimulatedPlotter } from '../../../src/plotter/simulators/simulated-plotter.ts'
import type { Job, Progress } from '../../../src/spool/job.ts'
import { axidraw, planOf, planOfLines, until } from '../../support/bench.ts'
import { runs } from '../../support/fuzz.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const folder = tempFolder()

/** Axis-parallel lines: a simulator's ink follows the steps, so a slanted line is a little longer there. */
const lines = Array.from({ length: 24 }, (_, i) => [10, 10 + 4 * i, 50, 10 + 4 * i])
const plan = planOfLines(...lines)
const INK = 24 * 40

async function written(plan: Plan): Promise<void> {
  await writeFile(join(folder, plan.hash), encodePlan(plan))
}

/** One life of plotd on a plotter: what the memory says survives it, and nothing else. */
async function life(
  board: SimulatedPlotter,
  clock: VirtualClock,
  disk: { text?: string; progress?: Progress },
  rules: PenRule[] = [],
  profile: Profile = axidraw,
) {
  const memory: PlotterMemory = memoryFrom(disk.text, async (text) => {
    if (isAlive) disk.text = text
  })
  let isAlive = true
  const session = new PlotterSession({
    ...{ url: 'sim:', profile, clock, memory },
    open: () => Promise.resolve(simulatorPort(board.cable)),
  })
  const job = () => ({ id: 'J', ...(disk.progress && { progress: disk.progress }) }) as Job
  const book = new PenBook({
    pens: [
      { name: 'blue', color: 'blue', metres: 10, rules },
      { name: 'red', rules: [] },
      { name: 'capped', rules: [], park: { x: 210, y: 100 } },
    ],
    ...{ memory, plans: folder, job: async () => job(), changed: () => {} },
  })
  await until(clock, () => session.state.is === 'idle')
  await book.settle(session.device?.stoodAt)
  return {
    ...{ session, book, job },
    note: (done: number, begun: number) => {
      if (isAlive) disk.progress = { phase: 'plot', done, begun, of: 24, planHash: plan.hash, copiesDone: 0 }
    },
    die: () => {
      isAlive = false
    },
  }
}

type Life = Awaited<ReturnType<typeof life>>

async function draw(
  { session, book, job, note }: Life,
  from: number,
  fromMm: number,
  more: PlotEvents = {},
  drawn: Plan = plan,
) {
  await session.ready()
  await book.begin(job(), drawn, { stroke: from, mm: fromMm }, 0)
  note(from, from)
  const outcome = await session.plot(
    'J',
    drawn,
    { from, fromMm, goesOn: from > 0 || fromMm > 0 },
    {
      begin: async (stroke) => {
        note(Math.max(from, stroke - 1), stroke + 1)
        return new Permission(60_000)
      },
      request: (stroke) => book.request(stroke),
      penName: (pen) => book.nameIn(pen),
      park: () => book.park(),
      ...more,
    },
  )
  await book.end(outcome, session.position)
  return outcome
}

describe('the length that a pen has drawn', () => {
  it.each([
    ['ebb', 'axidraw-v3'],
    ['grbl', 'grbl-servo'],
    ['hpgl', 'hp-7475a'],
  ])('is the ink on the paper of %s within 0.1 %%, whatever is cut and whenever plotd dies', async (dialect, name) => {
    const profile = profileNamed(name)
    const rules: PenRule[] = [{ every: 0.13, do: 'wipe' }]
    const more = { paused: () => setImmediate(() => void current?.session.resume().catch(() => {})) }
    let current: Life | undefined
    await written(plan)
    const cut = fc.record({ after: fc.integer({ min: 200, max: 9000 }), how: fc.constantFrom('unplugged', 'killed') })
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 6 }), async (cuts) => {
        const clock = new VirtualClock()
        const board = makeSimulator(dialect, new URLSearchParams(), clock)
        const disk: { text?: string; progress?: Progress } = {}
        let one = await life(board, clock, disk, rules, profile)
        await one.book.put(1, 'blue', 0)
        let [from, mm, isDone, doubtMm] = [0, 0, false, 0]
        for (const each of [...cuts, undefined]) {
          if (isDone) break
          current = one
          const drawing = draw(one, from, mm, more)
          if (each) {
            await Promise.race([sleep(clock, each.after), drawing])
            if (each.how === 'killed') one.die()
            board.cable.cut()
          }
          const outcome = await drawing
          isDone = outcome.is === 'finished' && one.job().progress !== undefined
          if (isDone) break
          if (each?.how === 'killed') {
            await one.session.close(true)
            one = await life(board, clock, disk, rules, profile)
          } else {
            await until(clock, () => one.session.state.is === 'idle')
            await one.book.settle(one.session.device?.stoodAt)
          }
          const { done = 0, begun = 0 } = disk.progress ?? {}
          const { stoodAt: place } = one.session.device ?? {}
          if (!place) {
            // A board that was reset does not know where it stopped: strokes in doubt are not counted, and drawn again here.
            doubtMm += 40 * (Math.max(done, begun) - done)
            ;[from, mm] = [done, 0]
            continue
          }
          const found = await locate(plan, { first: done, last: Math.max(done, begun) }, place)
          // Where the way to the next stroke runs beside the stroke, both fit: it stays in doubt, and is drawn again here.
          if (found.drawnMm === undefined) doubtMm += 40 * (found.last - found.first)
          ;[from, mm] = [found.first, found.drawnMm ?? 0]
        }
        const counted = slotOf(one.book.ledger, 1).mm
        expect(counted - board.ink.length).toBeLessThan(0.001 * INK + doubtMm)
        expect(board.ink.length - counted).toBeLessThan(0.001 * INK + doubtMm)
        await one.session.close(true)
      }),
      runs(60, 6),
    )
  })

  it.each([
    ['counts when the user skips them', 'skip', 2],
    ['does not count when the user has them drawn again', 'redraw', 0],
  ])('holds strokes in doubt, which it %s', async (_, choice, more) => {
    await written(plan)
    const clock = new VirtualClock()
    const disk: { text?: string; progress?: Progress } = {}
    const dead = await life(new EbbBoard({ clock }), clock, disk)
    await dead.book.put(1, 'blue', 0)
    await dead.book.begin(dead.job(), plan, { stroke: 0, mm: 0 }, 0)
    dead.note(5, 7)
    dead.die()
    await dead.session.close(true)
    // Another board: it does not know where the pen of the first one stood.
    const one = await life(new EbbBoard({ clock }), clock, disk)
    expect(slotOf(one.book.ledger, 1).mm).toBe(5 * 40)
    await one.book.begin(one.job(), plan, { stroke: choice === 'skip' ? 7 : 5, mm: 0 }, 0)
    expect(slotOf(one.book.ledger, 1).mm).toBe((5 + more) * 40)
    await one.session.close(true)
  })

  it('counts a sheet that is drawn in one go, and estimates the sheets that are left', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {})
    await one.book.put(1, 'blue', 0)
    expect(await draw(one, 0, 0)).toMatchObject({ is: 'finished' })
    expect(one.book.view()).toMatchObject([
      { slot: 1, pen: 'blue', drawnMm: INK, leftMm: 10_000 - INK, isGuess: false, sheetsLeft: 9 },
    ])
    await one.session.close()
  })
})

describe('a pen that needs a hand', () => {
  it.each<[string, PenRule, number, number, boolean, boolean]>([
    ['every so many metres', { every: 1, do: 'shake' }, 1000, 0, false, true],
    ['not before', { every: 1, do: 'shake' }, 999, 0, false, false],
    ['not again at once', { every: 1, do: 'shake' }, 1500, 1000, false, false],
    ['after its metres', { after: 2, do: 'swap' }, 2000, 0, false, true],
    ['before each sheet', { each: 'sheet', do: 'wipe' }, 0, 0, true, true],
    ['within a sheet not', { each: 'sheet', do: 'wipe' }, 0, 0, false, false],
  ])('%s', (_, rule, mm, last, begins, due) => {
    const state = { mm, served: { shake: last } }
    expect(dueRule(state, [rule], mm, () => begins) !== undefined).toBe(due)
  })

  it('stops the plot at a pen-up, asks once, and goes on exactly', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {}, [{ every: 0.4, do: 'shake' }])
    await one.book.put(1, 'blue', 0)
    const prompts: string[] = []
    const drawing = draw(one, 0, 0, {
      paused: (_, prompt = '') => {
        prompts.push(prompt)
        expect(board.penTouches).toBe(false)
        setImmediate(() => void one.session.resume())
      },
    })
    expect(await drawing).toMatchObject({ is: 'finished' })
    expect(prompts).toEqual(['shake: blue has drawn 0 m', 'shake: blue has drawn 0 m'])
    expect(board.ink.length).toBeCloseTo(INK, 0)
    expect(slotOf(one.book.ledger, 1).mm).toBeCloseTo(INK, 3)
    await one.session.close()
  })

  it('gets the services of each sheet once each, before its first stroke on the sheet', async () => {
    const clock = new VirtualClock()
    const rules: PenRule[] = [
      { each: 'sheet', do: 'wipe' },
      { each: 'sheet', do: 'shake' },
    ]
    const one = await life(new EbbBoard({ clock }), clock, {}, rules)
    await one.book.put(1, 'blue', 0)
    const prompts: string[] = []
    const more: PlotEvents = {
      paused: (_, prompt = '') => {
        prompts.push(prompt)
        setImmediate(() => void one.session.resume())
      },
    }
    const both = ['wipe: blue, before each sheet', 'shake: blue, before each sheet']
    expect(await draw(one, 0, 0, more)).toMatchObject({ is: 'finished' })
    expect(prompts).toEqual(both)
    expect(await draw(one, 0, 0, more)).toMatchObject({ is: 'finished' })
    expect(prompts).toEqual([...both, ...both])
    await one.session.close()
  })

  it('gets the services of a sheet when its layer comes, not with the first pen', async () => {
    const clock = new VirtualClock()
    const profile = profileNamed('hp-7475a')
    const first = 10
    const halves: Plan = {
      ...plan,
      layers: plan.layers.flatMap((layer) => [
        { ...layer, count: first },
        { ...layer, name: 'back', pen: 2, first, count: 24 - first },
      ]),
    }
    const one = await life(
      makeSimulator('hpgl', new URLSearchParams(), clock),
      clock,
      {},
      [{ each: 'sheet', do: 'wipe' }],
      profile,
    )
    await one.book.put(1, 'red', 0)
    await one.book.put(2, 'blue', 0)
    const before: number[] = []
    await one.book.begin(one.job(), halves, { stroke: 0, mm: 0 }, 0)
    for (let stroke = 0; stroke < 24; stroke++) {
      for (let next = one.book.request(stroke); next; next = one.book.request(stroke)) {
        before.push(stroke)
        await next.done()
      }
    }
    expect(before).toEqual([first])
    await one.session.close()
  })

  it('is dipped by the plotter itself at its place, as often as its ink wants, and the drawing stays whole', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {}, [{ every: 0.2, do: 'dip', at: { x: 200, y: 100, seconds: 2 } }])
    await one.book.put(1, 'blue', 0)
    const paused: unknown[] = []
    const outcome = await draw(one, 0, 0, { paused: (why) => paused.push(why) })
    expect(outcome).toMatchObject({ is: 'finished' })
    expect(paused).toEqual([])
    const ink = board.ink.strokes()
    const places = Array.from({ length: strokeCount(ink) }, (_, i) => boundsOf({ points: stroke(ink, i) }))
    const dips = places.filter(({ minX, minY }) => Math.hypot(minX - 200, minY - 100) < 0.1)
    // 40 mm a stroke: before the 6th, 11th, 16th and 21st.
    expect(dips).toHaveLength(4)
    expect(places.length - dips.length).toBe(24)
    expect(board.ink.length).toBeCloseTo(INK, 0)
    expect(slotOf(one.book.ledger, 1).mm).toBeCloseTo(INK, 3)
    await one.session.close()
  })

  it('is lifted at once when the plot is canceled while it is dipped', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {}, [{ every: 0.2, do: 'dip', at: { x: 200, y: 100, seconds: 3600 } }])
    await one.book.put(1, 'blue', 0)
    const drawing = draw(one, 0, 0)
    await until(clock, () => board.penTouches && Math.hypot(board.position[0] - 200, board.position[1] - 100) < 0.1)
    const began = clock.now()
    await one.session.cancel()
    expect(await drawing).toMatchObject({ is: 'canceled', executed: 5 })
    expect(board.penTouches).toBe(false)
    expect(clock.now() - began).toBeLessThan(60_000)
    await one.session.close()
  })

  it('counts from 0 after a swap, and the old pen’s ink is not its', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {}, [{ after: 0.6, do: 'swap the pen' }])
    await one.book.put(1, 'blue', 0)
    await draw(one, 0, 0, { paused: () => setImmediate(() => void one.session.resume()) })
    expect(slotOf(one.book.ledger, 1).mm).toBeCloseTo(INK - 600, 3)
    await one.session.close()
  })

  it('is requested once by its layer, and keeps its count when it comes back', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const disk: { text?: string; progress?: Progress } = {}
    const sea = [
      { name: 'sky', pen: 1, first: 0, count: 10, options: {} },
      { name: 'sea', pen: 1, first: 10, count: 14, options: {} },
    ]
    const layered = planOf({ ...plan, layers: sea })
    await written(layered)
    const one = await life(board, clock, disk)
    await one.book.put(1, 'blue', 0)
    await one.book.mapLayer('sky', 'blue')
    await one.book.mapLayer('sea', 'red')
    const prompts: string[] = []
    const paused = (_: string, prompt = '') => {
      prompts.push(prompt)
      setImmediate(() => void one.session.resume())
    }
    const inkOf = (name: string) =>
      [...Object.values(one.book.ledger.slots), one.book.ledger.aside?.[name]].find((state) => state?.pen === name)?.mm
    await draw(one, 0, 0, { paused }, layered)
    expect(prompts).toEqual(['put in the pen red for sea'])
    expect([inkOf('blue'), inkOf('red')]).toEqual([400, 560])
    await draw(one, 0, 0, { paused }, layered)
    expect(prompts.slice(1)).toEqual(['put in the pen blue for sky', 'put in the pen red for sea'])
    expect([inkOf('blue'), inkOf('red')]).toEqual([800, 1120])
    await one.session.close()
    const next = await life(board, clock, disk)
    expect(next.book.shown.layerPens).toEqual([
      { layer: 'sky', pen: 'blue' },
      { layer: 'sea', pen: 'red' },
    ])
    await next.book.mapLayer('sea', undefined)
    expect(next.book.shown.layerPens).toEqual([{ layer: 'sky', pen: 'blue' }])
    await next.session.close()
  })

  it('is put down on its cap when the sheet is done, not when it is cut, and lifted for the next sheet', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {})
    await one.book.put(1, 'capped', 0)
    const isOnCap = () => board.penTouches && Math.hypot(board.position[0] - 210, board.position[1] - 100) < 0.1
    const canceled = draw(one, 0, 0)
    await until(clock, () => strokeCount(board.ink.strokes()) > 2)
    await one.session.cancel()
    expect(await canceled).toMatchObject({ is: 'canceled' })
    expect(board.penTouches).toBe(false)
    for (const _ of [1, 2]) {
      board.ink.newSheet()
      expect(await draw(one, 0, 0)).toMatchObject({ is: 'finished' })
      expect(isOnCap()).toBe(true)
      expect(board.ink.length).toBeCloseTo(INK, 0)
      expect(one.session.state.is).toBe('idle')
    }
    // Without a grant it stays there.
    await sleep(clock, 60_000)
    expect(isOnCap()).toBe(true)
    await one.session.jog(1, 0)
    expect(board.penTouches).toBe(false)
    await one.session.close()
  })

  it('whose link is lost on the way to its cap has drawn its sheet', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {})
    await one.book.put(1, 'capped', 0)
    const park = () => {
      board.cable.cut()
      return { x: 210, y: 100 }
    }
    const drawing = draw(one, 0, 0, { park })
    expect(await drawing).toMatchObject({ is: 'finished' })
    expect(board.penTouches).toBe(false)
    await one.session.close(true)
  })

  it('is requested by a job that names another pen, or its colour', async () => {
    const clock = new VirtualClock()
    const one = await life(new EbbBoard({ clock }), clock, {})
    await one.book.begin(
      { ...one.job(), plot: { plotter: 'axi', copies: 1, pen: 'blue' } } as Job,
      plan,
      { stroke: 0, mm: 0 },
      0,
    )
    const request = one.book.request(0)
    expect(request?.prompt).toBe('put in the pen blue')
    await request?.done()
    expect(one.book.request(0)).toBeUndefined()
    expect(one.book.view()).toMatchObject([{ slot: 1, pen: 'blue', drawnMm: 0 }])
    await one.session.close()
  })
})
