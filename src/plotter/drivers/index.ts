import type { Duplex } from 'node:stream'
import { type Clock, realClock } from '../link/clock.ts'
import { Link } from '../link/link.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Driver } from './driver.ts'
import type { EbbMemory } from './ebb/memory.ts'
import type { GrblMemory } from './grbl/driver.ts'
import type { HpglMemory } from './hpgl/driver.ts'

/**
 * What a driver keeps of its device between two connections: hand the same object to the next one. With `save` it is
 * written down, for the next life of the process.
 */
export interface DriverMemory {
  ebb?: EbbMemory
  grbl?: GrblMemory
  hpgl?: HpglMemory
  save?: () => Promise<void>
}

export interface OpenDriver {
  readonly driver: Driver
  readonly link: Link
}

/** The driver that a profile's dialect asks for, on an open port. Dialects are loaded when they are wanted. */
export async function makeDriver(
  profile: Profile,
  port: Duplex,
  clock: Clock = realClock,
  memory: DriverMemory = {},
): Promise<OpenDriver> {
  const save = async () => memory.save?.()
  switch (profile.dialect) {
    case 'ebb': {
      const { EbbDriver } = await import('./ebb/driver.ts')
      const link = new Link(port, { clock })
      memory.ebb ??= {}
      return { link, driver: new EbbDriver(link, profile, memory.ebb, save) }
    }
    case 'grbl': {
      const { GrblDriver } = await import('./grbl/driver.ts')
      memory.grbl ??= {}
      const driver = new GrblDriver(port, profile, clock, memory.grbl, save)
      return { link: driver.link, driver }
    }
    case 'hpgl': {
      if (profile.hpgl?.silent) {
        const { SilentHpglDriver } = await import('./hpgl/silent-driver.ts')
        const driver = new SilentHpglDriver(port, profile, clock)
        return { link: driver.link, driver }
      }
      const { HpglDriver } = await import('./hpgl/driver.ts')
      memory.hpgl ??= {}
      const driver = new HpglDriver(port, profile, clock, memory.hpgl, save)
      return { link: driver.link, driver }
    }
    default:
      return profile.dialect satisfies never
  }
}
