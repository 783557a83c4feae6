import { Duplex } from 'node:stream'

/** Two streams. Each reads the bytes that the other writes. Destroying one destroys the other. */
export function duplexPair(): [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(bytes: Buffer, _encoding, done) {
        other().push(bytes)
        done()
      },
      destroy(error, done) {
        other().destroy()
        done(error)
      },
    })
  const a: Duplex = end(() => b)
  const b: Duplex = end(() => a)
  return [a, b]
}
