/**
 * The room `methods`: the handlers of the methods of the protocol, with a file for each group. `submit` validates jobs
 * and puts them into the queue.
 */
export { allHandlers } from './all-handlers.ts'
export { type Caller, clientLeft, type Handlers, requireAlive } from './handlers.ts'
export { type HostParts, PASSED_ON } from './hosts.ts'
export { ownerOf } from './ownership.ts'
export { loginLink } from './tokens.ts'
