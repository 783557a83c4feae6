/**
 * The room `farm`: the other hosts that share this host's queue. A host is a client of every other host: `peer` is the
 * connection to one of them, `peers` holds all connections. `forward` passes calls for a plotter to its host. `farm-files`
 * fetches files by their hash. `farm-tokens` keeps tokens in the shared store. `offer` describes the plotters, tasks and fonts
 * of a host. A daemon with a queue of its own uses none of it.
 */
export { FarmFiles } from './farm-files.ts'
export { farmTokens } from './farm-tokens.ts'
export { forwarding } from './forward.ts'
export { aboutHere, checkAgainst, offeredTasks } from './offer.ts'
export { LOST_MS, Peers } from './peers.ts'
