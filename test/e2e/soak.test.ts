import { describe, expect, it } from 'vitest'
import { Ledger } from '../../bench/soak/ledger.ts'
import { isFlat, Usages } from '../../bench/soak/measure.ts'
import { Operator } from '../../bench/soak/operator.ts'
import { faults, inkByLine, looksLike, wholeLines } from '../../bench/soak/sheet.ts'
import type { Plotter, World } from '../../bench/soak/world.ts'
import { strokesOf } from '../../src/geometry/drawing.ts'
import { Ink } from '../../src/plotter/simulators/ink.ts'
import { randomFrom } from '../../src/tasks/draw/random.ts'

const line = (i: number, from = 5, to = 17) => [from, 5 + 4 * i, to, 5 + 4 * i]
const five = [0, 1, 2, 3, 4].map((i) => line(i))

describe('a soak', () => {
  it('notices ink that is missing, doubled or on no line of the drawing', () => {
    const verdict = (lines: readonly (readonly number[])[], redrawn: readonly number[] = []) =>
      faults(inkByLine(strokesOf(...lines), 0), 0, redrawn, true)
    expect(verdict(five)).toEqual([])
    expect(verdict(five.slice(0, 4))).toEqual(['line 4 of a finished job is incomplete'])
    expect(verdict([...five, line(2)])).toEqual(['line 2 is inked 2.00 times'])
    expect(verdict([...five, line(2)], [2])).toEqual([])
    expect(verdict([...five, [5, 9, 17, 40]])).toEqual(['strokes that belong to no line: 1'])
    expect(verdict([line(0, 5, 9), line(0, 9, 17), ...five.slice(1)])).toEqual([])
  })

  it('recognizes a job by its ink, and counts the whole lines', () => {
    const cut = strokesOf(line(0), line(1), line(2, 5, 8))
    expect([looksLike(cut, 0), looksLike(cut, 1), looksLike(cut, 256)]).toEqual([true, false, true])
    expect(wholeLines(inkByLine(cut, 0), 0)).toBe(2)
  })

  it('does not count a drawing that ends during the check as incomplete', async () => {
    const ledger = new Ledger()
    ledger.acknowledged('a', 0)
    const ink = new Ink()
    const drawLines = (lines: readonly (readonly number[])[]) =>
      lines.forEach(([x = 0, y = 0, to = 0]) => {
        ink.touch(x, y, 0)
        ink.to(to, y, 0)
        ink.lift()
      })
    drawLines(five.slice(0, 3))
    const answers: Readonly<Record<string, () => object>> = {
      'plotter.get': () => ({ state: { is: 'idle', ready: false } }),
      'job.list': () => ({ jobs: [] }),
      'plotter.ready': () => ({}),
      'job.get': () => {
        drawLines(five.slice(3))
        return { status: 'finished' }
      },
    }
    const call = async (method: string) => answers[method]?.()
    const board = { ink, isPenDown: false, isMoving: false, position: [0, 0] }
    const plotter = { name: 'ebb', simulator: { board }, redrawn: [], notes: [], allowed: 'any' } as unknown as Plotter
    const client = { call }
    const world = { name: 'steady', ledger, client, clientOf: () => client, random: { next: () => 1 } }
    await new Operator(world as unknown as World, plotter).step()
    expect(ledger.counts['sheets judged']).toBe(1)
    expect(ledger.violations).toEqual([])
  })

  it('notices a job that is lost, or whose state went backwards', () => {
    const ledger = new Ledger()
    ledger.acknowledged('a')
    ledger.acknowledged('b')
    ledger.record('a', 'finished', { endedAt: Date.now() })
    ledger.record('a', 'queued')
    ledger.missing('b')
    expect(ledger.violations).toEqual(['job a was finished and is queued now', 'job b was acknowledged and is lost'])
  })

  it('notices memory that grows', () => {
    const usages = new Usages()
    for (let s = 0; s < 3600; s += 10) {
      usages.add(s, { residentMb: 100 + s / 360 + (s % 30), descriptors: 20, threads: 5 })
    }
    expect(usages.trend('residentMb').slope).toBeCloseTo(10, 0)
    expect(usages.trend('residentMb').error).toBeLessThan(1)
    expect(isFlat(usages.trend('residentMb'))).toBe(false)
    expect(usages.trend('descriptors')).toEqual({ first: 20, last: 20, slope: 0, error: 0 })
  })

  it('does not report fluctuation or growth at the start as lasting growth', () => {
    const usages = new Usages()
    const wandering = randomFrom(7)
    let walk = 0
    for (let s = 0; s < 7200; s += 10) {
      walk = 0.98 * walk + wandering.between(-1, 1)
      usages.add(s, { residentMb: 100 + walk, descriptors: 20 + 10 * Math.min(1, s / 1800), threads: 5 })
    }
    expect(isFlat(usages.trend('residentMb'))).toBe(true)
    expect(isFlat(usages.trend('descriptors'))).toBe(true)
  })
})
