/**
 * The room `drivers`: a folder for each dialect behind the interface `Driver` (`driver.ts`), and `gcode`, the common
 * code of GRBL and Marlin. `plot-loop.ts` runs any plot from stroke to stroke. Import `makeDriver` from here and the
 * interface from `driver.ts`. `session` also imports `await-or-abort.ts` and `gcode/board-errors.ts`. From the folders,
 * `export` imports `gcode/program.ts`, `hpgl/program.ts` and `marlin/program.ts`, and `propose` imports
 * `marlin/firmware.ts` and `gcode/limits.ts`.
 */
import type { Duplex } from 'node:stream'
import type { Clock } from '../link/clock.ts'
import { Link } from '../link/link.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Driver } from './driver.ts'
import type { EbbMemory } from './ebb/memory.ts'
import type { HomeMemory } from './gcode/carriage.ts'
import type { PenState } from './gcode/pen.ts'
import type { HpglMemory } from './hpgl/driver.ts'

/**
 * The memory of a device between connections. Pass the same object to each new driver of the device. `save` resolves
 * when the memory is on the disk for the next process.
 */
export interface DriverMemory {
  ebb?: EbbMemory
  grbl?: HomeMemory
  marlin?: HomeMemory
  hpgl?: HpglMemory
  /** The pen of a G-code board. Not saved, because only this process knows it. */
  gcodePen?: PenState
  save?: () => Promise<void>
}

/** A driver and the link that it uses. */
export interface OpenDriver {
  readonly driver: Driver
  readonly link: Link
}

/** Makes the driver for a profile's dialect on an open port. A dialect's code is loaded on first use. */
export async function makeDriver(
  profile: Profile,
  port: Duplex,
  clock: Clock,
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
      memory.gcodePen ??= { isUp: false }
      const driver = new GrblDriver(port, profile, clock, memory.grbl, save, memory.gcodePen)
      return { link: driver.link, driver }
    }
    case 'marlin': {
      const { MarlinDriver } = await import('./marlin/driver.ts')
      memory.marlin ??= {}
      memory.gcodePen ??= { isUp: false }
      const driver = new MarlinDriver(port, profile, clock, memory.marlin, save, memory.gcodePen)
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
