/**
 * The room `methods`: one function for each method of the protocol, a file for each group of methods. `submit`
 * validates jobs and puts them into the queue.
 */
export { allHandlers, packageVersion } from './all-handlers.ts'
export { type Caller, clientLeft, type Handlers } from './handlers.ts'
export { type HostParts, PASSED_ON } from './hosts.ts'
