import { describe, expect, it } from 'vitest'
import { largestError, SILENT } from '../../../bench/bars/time-left.ts'
import { connectMachine, MACHINES } from '../../../bench/plot-times/machines.ts'
import { hooks } from '../../../bench/plotters/shapes.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { strokeTimes } from '../../../src/plotter/motion/index.ts'
import { planOf } from '../../support/bench.ts'
import { sample } from '../../support/fuzz.ts'

describe.each(sample([...MACHINES, SILENT], 5))('the time left on $name', (machine) => {
  it('is true within 2 percent at any moment after a change of speed between strokes', async () => {
    expect(await largestError(machine, 'between strokes', { speedPercent: 30 })).toBeLessThan(2)
  })
})

describe.each(sample(MACHINES, 5))('the time left on $name that is held in a stroke', (machine) => {
  it('is true within 2 percent at any moment after the pause', async () => {
    expect(await largestError(machine, 'in a stroke')).toBeLessThan(2)
  })

  it('is true within 2 percent at any moment after a change of speed in the pause', async () => {
    expect(await largestError(machine, 'in a stroke', { speedPercent: 30 })).toBeLessThan(2)
  })
})

const onZ = MACHINES.filter(({ profile }) => profile.grbl?.homing || profile.marlin?.homing)

describe.each(sample(onZ, 2))('the time left on $name', (machine) => {
  it.each([{ penDownPercent: 35 }, { penDownPercent: 10 }])(
    'is true within 2 percent at any moment after a change of heights in a pause: %j',
    async (changes) => {
      expect(await largestError(machine, 'between strokes', changes)).toBeLessThan(2)
      expect(await largestError(machine, 'in a stroke', changes)).toBeLessThan(2)
    },
  )

  it('follows a new height of the raised pen within 2 percent, from the end of the next stroke on', async () => {
    const { clock, driver, profile, profileWith } = await connectMachine(machine)
    const plan = planOf(drawingOf(strokesOf(...hooks(8)), 200, 150), profile)
    const changes = { penUpPercent: 80 }
    const times = strokeTimes(plan, profileWith?.(changes) ?? profile)
    const drawnAt: number[] = []
    for await (const { executed } of driver.plot(plan, { signal: new AbortController().signal })) {
      if (executed === 2) await driver.adjust(changes)
      drawnAt[executed] = clock.now() / 1000
    }
    const [between, planned] = [drawnAt, times].map((each) => (each[8] ?? 0) - (each[3] ?? 0))
    expect(between).toBeGreaterThan(0.98 * (planned ?? 0))
    expect(between).toBeLessThan(1.02 * (planned ?? 0))
  })
})

// before its way to the stroke, a plotter with a carousel fetches the pen
const noCarousel = MACHINES.filter(({ profile }) => profile.hpgl === undefined)

describe.each(sample(noCarousel, 3))('the time left on $name that is held on the way to a stroke', (machine) => {
  it('is true within 2 percent at any moment after the pause', async () => {
    expect(await largestError(machine, 'on the way to a stroke')).toBeLessThan(2)
  })
})
