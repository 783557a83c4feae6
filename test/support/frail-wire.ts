import { dialNode } from '../../clients/node/dial-node.ts'
import { sendNode } from '../../clients/node/send-node.ts'
import type { Address, Transport, Wire } from '../../clients/node/wire.ts'
import { PlotdError } from '../../src/errors.ts'

/** A real connection that a test can cut. A cut tells the client at once that the connection is closed. */
export function frailWire(address: Address): Transport & { readonly cut: () => void } {
  let wire: Wire | undefined
  let lost = () => {}
  return {
    send: sendNode(address),
    async dial(handlers) {
      let open = true
      lost = () => {
        if (!open) return
        open = false
        handlers.closed('cut', 1006)
      }
      wire = await dialNode(address)({
        message: (text) => {
          if (open) handlers.message(text)
        },
        closed: () => lost(),
      })
      if (open) return wire
      wire.close()
      throw new PlotdError('ERR_DAEMON_AWAY', 'cut before the connection was open')
    },
    cut: () => {
      lost()
      wire?.close()
    },
  }
}
