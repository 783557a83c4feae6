import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { simulatorNamed } from '../../../src/plotter/simulators/index.ts'
import { makeSimulator } from '../../../src/plotter/simulators/make.ts'

describe('the address of a simulator', () => {
  it.each([
    ['ebb', 'firmware=9', 'ERR_CONFIG'],
    ['ebb', 'machine=none', 'ERR_PROFILE_INVALID'],
    ['grbl', 'firmware=9', 'ERR_CONFIG'],
    ['marlin', 'firmware=9', 'ERR_CONFIG'],
    ['hpgl', 'model=9', 'ERR_CONFIG'],
    ['hpgl', 'flow=9', 'ERR_CONFIG'],
    ['hpgl', 'baud=abc', 'ERR_CONFIG'],
    ['hpgl', 'baud=0', 'ERR_CONFIG'],
    ['plotter', '', 'ERR_CONFIG'],
  ])('with the name %s and the parameters %j is refused', (dialect, query, code) => {
    expect(() => makeSimulator(dialect, new URLSearchParams(query), new VirtualClock())).toThrow(
      expect.objectContaining({ code }),
    )
  })

  it.each(['0', '-2', 'fast', '', 'Infinity', '1e-9'])('with speed=%s is refused', (speed) => {
    expect(() => simulatorNamed('ebb', new URLSearchParams({ speed }), new VirtualClock(), 'speed')).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', message: expect.stringContaining(`speed ${speed}: expected`) }),
    )
  })
})
