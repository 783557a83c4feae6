import { Duplex } from 'node:stream'
import type { Cable } from './cable.ts'

/** A host's end of a simulator's cable inside this process: what `sim:ebb` opens. */
export function simulatorPort(cable: Cable): Duplex {
  const port: Duplex = new Duplex({
    read() {},
    write(bytes: Buffer, _encoding, done) {
      plug.send(bytes)
      done()
    },
    destroy(error, done) {
      plug.unplug()
      done(error)
    },
  })
  // a port that is cut while nobody listens must not take the process down
  port.on('error', () => {})
  const plug = cable.plug({
    send: (bytes) => port.push(bytes),
    hangUp: () => port.destroy(new Error('the simulated device was unplugged')),
  })
  return port
}
