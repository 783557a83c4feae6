/**
 * The room `plotting`: one station for each plotter claims jobs and draws them. The dispatcher passes requests about a
 * plot to its station. With the gate on, no fresh sheet begins without a grant (`plotter/session/grant.ts`).
 */
export { Dispatcher, type PlotControl } from './dispatcher.ts'
export type { Station } from './station.ts'
export { machinesBehind, openStations } from './stations.ts'
