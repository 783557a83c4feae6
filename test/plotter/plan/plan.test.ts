import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../../src/errors.ts'
import { drawingOf } from '../../../src/geometry/drawing.ts'
import { encodePlan, makePlan, readPlan } from '../../../src/plotter/plan/make-plan.ts'
import { hashOf } from '../../../src/plotter/plan/plan-hash.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { runs } from '../../support/fuzz.ts'
import { planOf } from '../../support/plan-bytes.ts'
import { drawing, scattered } from '../prepare/support.ts'

const axidraw = profileNamed('axidraw-v3')
const three = () => drawing([50, 1, 60, 1], [20, 1, 10, 1], [80, 1, 70, 1, 70, 9])

describe('a plan', () => {
  it('is named by its strokes: equal strokes give the same hash, and other strokes another hash', () => {
    const { plan } = makePlan(three(), {}, axidraw)
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(makePlan(three(), {}, axidraw).plan.hash).toBe(plan.hash)
    expect(makePlan(three(), { reverse: true }, axidraw).plan.hash).not.toBe(plan.hash)
  })

  it('is unchanged after it was written to a file and read', async () => {
    await fc.assert(
      fc.asyncProperty(scattered(10), fc.string(), async (strokes, name) => {
        const { plan } = makePlan(drawingOf(strokes, 100, 100, name), { effort: 0.01 }, axidraw)
        expect(await planOf(encodePlan(plan))).toEqual(plan)
      }),
      runs(50),
    )
  })

  it('is read in pieces of at most 1 MiB', async () => {
    const line = Array.from({ length: 400_000 }, (_, i) => (i % 2 === 0 ? i / 10_000 : (i % 7) / 10))
    const long = drawing(line)
    const plan = { ...makePlan(three(), {}, axidraw).plan, ...long, hash: hashOf(long) }
    const file = encodePlan(plan)
    const pieces: number[] = []
    const read = await readPlan({
      bytes: file.length,
      read: async (into, from) => {
        pieces.push(into.length)
        into.set(file.subarray(from, from + into.length))
      },
    })
    expect(read.hash).toBe(plan.hash)
    expect(Buffer.compare(Buffer.from(read.points.buffer), Buffer.from(plan.points.buffer))).toBe(0)
    expect(Math.max(...pieces)).toBeLessThanOrEqual(1 << 20)
  })

  it.each(['null', '7'])('is refused when the header of its file is %s', async (header) => {
    const file = Buffer.alloc(24)
    file.set(encodePlan(makePlan(three(), {}, axidraw).plan).subarray(0, 12))
    file.writeUInt32LE(header.length, 12)
    file.write(header, 16)
    await expect(planOf(file)).rejects.toMatchObject({ code: 'ERR_FILE', message: expect.stringContaining('header') })
  })

  it('is refused when its file is cut short, or a byte of its points has changed', async () => {
    const file = encodePlan(makePlan(three(), {}, axidraw).plan)
    for (let length = 0; length < file.length; length++) {
      await expect(planOf(file.subarray(0, length))).rejects.toThrow(PlotdError)
    }
    for (let i = file.length - 100; i < file.length; i++) {
      const changed = file.slice()
      changed[i] = (changed[i] ?? 0) ^ 1
      await expect(planOf(changed)).rejects.toThrow(/do not match its hash/)
    }
  })
})
