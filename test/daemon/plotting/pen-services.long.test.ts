import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { stroke, strokeCount } from '../../../src/geometry/drawing.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import type { Plan } from '../../../src/plotter/plan/plan.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { type PenRule, slotOf } from '../../../src/plotter/session/pen-ledger.ts'
import type { PlotEvents } from '../../../src/plotter/session/run.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { makeSimulator } from '../../../src/plotter/simulators/make.ts'
import type { Job, Progress } from '../../../src/spool/job.ts'
import { planOf, until } from '../../support/bench.ts'
import { draw, INK, type Life, life, plan, written } from '../../support/pen-life.ts'

const layerOf = (name: string, pen: number, first: number, count: number) => ({ name, pen, first, count, options: {} })

/** Ends each pause, and keeps the prompt of the pause. */
function prompter({ session }: Life) {
  const prompts: string[] = []
  const paused = (_: string, prompt = '') => {
    prompts.push(prompt)
    setImmediate(() => void session.resume())
  }
  return { prompts, paused }
}

describe('a pen', () => {
  it('pauses the plot with the pen up once for each service, and the drawing stays whole', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {}, [{ every: 0.4, do: 'shake' }])
    await one.book.put(1, 'blue', 0)
    const prompts: string[] = []
    const drawing = draw(one, 0, 0, {
      paused: (_, prompt = '') => {
        prompts.push(prompt)
        expect(board.isPenDown).toBe(false)
        expect(one.session.state).toMatchObject({ asks: 'service' })
        setImmediate(() => void one.session.resume())
      },
    })
    expect(await drawing).toMatchObject({ is: 'finished' })
    expect(prompts).toEqual(['shake: blue has drawn 0.4 m', 'shake: blue has drawn 0.8 m'])
    expect(board.ink.length).toBeCloseTo(INK, 0)
    expect(slotOf(one.book.ledger, 1).mm).toBeCloseTo(INK, 3)
    await one.session.close()
  })

  it('gets each service of a sheet once on each sheet', async () => {
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

  it('gets a service of a sheet once also when the plot continues from its first stroke after a restart', async () => {
    const disk: Parameters<typeof life>[2] = {}
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const rules: PenRule[] = [{ each: 'sheet', do: 'wipe' }]
    const first = await life(board, clock, disk, rules)
    await first.book.put(1, 'blue', 0)
    await first.book.begin(first.job(), plan, { stroke: 0, mm: 0 }, 0)
    await first.book.request(0)?.done()
    first.die()
    await first.session.close()
    const second = await life(board, clock, disk, rules)
    await second.book.begin(second.job(), plan, { stroke: 0, mm: 0 }, 0, true)
    expect(second.book.request(0)).toBeUndefined()
    await second.book.begin(second.job(), plan, { stroke: 0, mm: 0 }, 1, true)
    expect(second.book.request(0)).toBeDefined()
    await second.book.begin(second.job(), plan, { stroke: 0, mm: 0 }, 1)
    expect(second.book.request(0)).toBeDefined()
    await second.session.close()
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

  it('is dipped by the plotter itself, as often as its rule says, and the drawing stays whole', async () => {
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
    // A stroke has 40 mm: the pen dips before the 6th, 11th, 16th and 21st.
    expect(dips).toHaveLength(4)
    expect(places.length - dips.length).toBe(24)
    expect(board.ink.length).toBeCloseTo(INK, 0)
    expect(slotOf(one.book.ledger, 1).mm).toBeCloseTo(INK, 3)
    await one.session.close()
  })

  it('is lifted within a minute when the plot is canceled during a long dip', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {}, [{ every: 0.2, do: 'dip', at: { x: 200, y: 100, seconds: 3600 } }])
    await one.book.put(1, 'blue', 0)
    const drawing = draw(one, 0, 0)
    await until(clock, () => board.isPenDown && Math.hypot(board.position[0] - 200, board.position[1] - 100) < 0.1)
    const began = clock.now()
    await one.session.cancel()
    expect(await drawing).toMatchObject({ is: 'canceled', executed: 5 })
    expect(board.isPenDown).toBe(false)
    expect(clock.now() - began).toBeLessThan(60_000)
    await one.session.close()
  })

  it('counts from 0 after a swap, without the ink of the old pen', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {}, [{ after: 0.6, do: 'swap the pen' }])
    await one.book.put(1, 'blue', 0)
    await draw(one, 0, 0, { paused: () => setImmediate(() => void one.session.resume()) })
    expect(slotOf(one.book.ledger, 1).mm).toBeCloseTo(INK - 600, 3)
    await one.session.close()
  })

  it('that the user puts in during a pause does not count the ink before the pause, which the old pen counts', async () => {
    const clock = new VirtualClock()
    const one = await life(new EbbBoard({ clock }), clock, {}, [{ every: 0.4, do: 'shake' }])
    await one.book.put(1, 'blue', 0)
    const paused = () => {
      setImmediate(async () => {
        await one.book.put(1, 'red', 100)
        await one.session.resume()
      })
    }
    await draw(one, 0, 0, { paused })
    expect(slotOf(one.book.ledger, 1)).toMatchObject({ pen: 'red', mm: 100 + INK - 400 })
    expect(one.book.ledger.aside?.['blue']?.mm).toBe(400)
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
    expect(next.book.viewFields.layerPens).toEqual([
      { layer: 'sky', pen: 'blue' },
      { layer: 'sea', pen: 'red' },
    ])
    await next.book.mapLayer('sea', undefined)
    expect(next.book.viewFields.layerPens).toEqual([{ layer: 'sky', pen: 'blue' }])
    await next.session.close()
  })

  it('counts the ink of all its layers, but only the rest of a stroke that was cut', async () => {
    const clock = new VirtualClock()
    const layered = planOf({
      ...plan,
      layers: [layerOf('sky', 1, 0, 8), layerOf('sea', 2, 8, 8), layerOf('sun', 1, 16, 8)],
    })
    await written(layered)
    const one = await life(new EbbBoard({ clock }), clock, {}, [{ every: 0.41, do: 'shake' }])
    await one.book.put(1, 'blue', 0)
    const { prompts, paused } = prompter(one)
    expect(await draw(one, 0, 0, { paused }, layered)).toMatchObject({ is: 'finished' })
    // A stroke has 40 mm: the pen has drawn 0.44 m before its 12th stroke.
    expect(prompts).toEqual(['put in pen 2 (sea)', 'put in pen 1 (blue, sun)', 'shake: blue has drawn 0.4 m'])
    await one.book.put(1, 'blue', 0)
    await one.book.begin(one.job(), plan, { stroke: 0, mm: 35 }, 0)
    const due = Array.from({ length: 24 }, (_, i) => i).find((stroke) => one.book.request(stroke) !== undefined)
    // From 35 mm of the first stroke on, the pen has drawn 0.405 m before stroke 11, and 0.445 m before stroke 12.
    expect(due).toBe(12)
    await one.session.close()
  })

  it('is requested by a job or a layer that names it, after another plot has put another pen into the holder', async () => {
    const clock = new VirtualClock()
    const sky = planOf({ ...plan, layers: [layerOf('sky', 1, 0, 24)] })
    const layered = planOf({ ...plan, layers: [layerOf('land', 1, 0, 12), layerOf('sea', 2, 12, 12)] })
    await written(sky)
    await written(layered)
    const one = await life(new EbbBoard({ clock }), clock, {})
    await one.book.put(2, 'red', 0)
    await one.book.put(1, 'blue', 0)
    await one.book.mapLayer('sky', 'blue')
    const { prompts, paused } = prompter(one)
    await draw(one, 0, 0, { paused }, layered)
    expect(prompts).toEqual(['put in pen 2 (red, sea)'])
    const job = () => ({ ...one.job(), plot: { plotter: 'axi', copies: 1, pen: 'blue' } }) as Job
    await one.book.begin(job(), plan, { stroke: 0, mm: 0 }, 0)
    expect(one.book.request(0)?.prompt).toBe('put in the pen blue')
    await one.book.end({ is: 'canceled', executed: 0, begun: 0 }, undefined)
    // A plot that continues in a layer with another pen number does not request the pen that the job names.
    await one.book.begin(job(), layered, { stroke: 14, mm: 0 }, 0)
    expect(one.book.request(14)).toBeUndefined()
    await one.book.end({ is: 'canceled', executed: 14, begun: 14 }, undefined)
    await draw(one, 0, 0, { paused }, sky)
    expect(prompts.slice(1)).toEqual(['put in the pen blue for sky'])
    await one.session.close()
  })

  it.each([
    [
      'that is named for a layer is requested right after the turn of the sheet',
      1,
      ['turn the sheet over: next comes the back of the sheet', 'put in the pen red for back'],
    ],
    [
      'with another number is requested together with the turn of the sheet',
      2,
      ['turn the sheet over and put in pen 2 (back): next comes the back of the sheet'],
    ],
  ])('%s', async (_, pen, expected) => {
    const clock = new VirtualClock()
    const back = { ...layerOf('back', pen, 12, 12), options: { pauseBefore: true } }
    const card = planOf({ ...plan, layers: [layerOf('front', 1, 0, 12), back] })
    await written(card)
    const one = await life(new EbbBoard({ clock }), clock, {})
    await one.book.put(1, 'blue', 0)
    if (pen === 1) await one.book.mapLayer('back', 'red')
    const { prompts, paused } = prompter(one)
    expect(await draw(one, 0, 0, { paused }, card)).toMatchObject({ is: 'finished' })
    expect(prompts).toEqual(expected)
    await one.session.close()
  })

  it('is requested once although the user also shows the marks of the sheet in the pause', async () => {
    const clock = new VirtualClock()
    const sea = { ...layerOf('sea', 1, 12, 12), options: { pauseBefore: true } }
    const layered = planOf({ ...plan, layers: [layerOf('sky', 1, 0, 12), sea] })
    await written(layered)
    const one = await life(new EbbBoard({ clock }), clock, {})
    await one.book.put(1, 'blue', 0)
    await one.book.mapLayer('sea', 'red')
    const paused = () => setImmediate(() => void one.session.register())
    expect(await draw(one, 0, 0, { paused }, layered)).toMatchObject({ is: 'registered', executed: 12 })
    await one.book.begin(one.job(), layered, { stroke: 12, mm: 0 }, 0)
    expect(one.book.request(12)).toBeUndefined()
    expect(one.book.nameIn(1)).toBe('red')
    await one.session.close()
  })

  it('is put down on its cap when the sheet is done, not when its plot is canceled, and lifted for the next sheet', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    const one = await life(board, clock, {})
    await one.book.put(1, 'capped', 0)
    const isOnCap = () => board.isPenDown && Math.hypot(board.position[0] - 210, board.position[1] - 100) < 0.1
    const canceled = draw(one, 0, 0)
    await until(clock, () => strokeCount(board.ink.strokes()) > 2)
    await one.session.cancel()
    expect(await canceled).toMatchObject({ is: 'canceled' })
    expect(board.isPenDown).toBe(false)
    for (const _ of [1, 2]) {
      board.ink.newSheet()
      expect(await draw(one, 0, 0)).toMatchObject({ is: 'finished' })
      expect(isOnCap()).toBe(true)
      expect(board.ink.length).toBeCloseTo(INK, 0)
      expect(one.session.state.is).toBe('idle')
    }
    // Without a grant or a command the pen stays on its cap.
    await sleep(clock, 60_000)
    expect(isOnCap()).toBe(true)
    await one.session.jog(1, 0)
    expect(board.isPenDown).toBe(false)
    await one.session.close()
  })

  it('has drawn its sheet even if the link is lost on the way to its cap', async () => {
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
    expect(board.isPenDown).toBe(false)
    await one.session.close(true)
  })

  it('is requested by a job that names the pen, when the plotter does not hold it', async () => {
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
