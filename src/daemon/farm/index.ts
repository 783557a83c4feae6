/**
 * The room `farm`: the other hosts that share this host's queue. A host is a client of every other host: `peer` is the
 * connection to one host, `peers` has all connections. `forward` passes on calls for a plotter to the plotter's host.
 * `farm-files` fetches files from other hosts, and copies files to other hosts. `farm-tokens` keeps tokens in the
 * shared store. `offer` describes the plotters, tasks and fonts of a host. A daemon whose queue is in its state folder
 * does not use this room.
 *
 * Words of all files:
 *
 * - offer: the facts that a host publishes in the shared queue; `About` is a part of them
 * - view: a plotter as its host shows it to clients (`WirePlotter`)
 * - reached: this host has a connection to the other host, which answers
 * - pass on: send a client's call to another host, which makes the call
 */
export { FarmFiles } from './farm-files.ts'
export { farmTokens } from './farm-tokens.ts'
export { forwarding } from './forward.ts'
export { aboutHere, checkAgainst, offeredTasks } from './offer.ts'
export { LOST_MS, Peers } from './peers.ts'
