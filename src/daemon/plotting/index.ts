/**
 * The room `plotting`: one station for each plotter claims jobs and draws them; the dispatcher passes on what people ask of a plot.
 * Nothing begins without a grant (`plotter/session/grant.ts`).
 */
export { Dispatcher, type PlotControl } from './dispatcher.ts'
export type { Station } from './station.ts'
export { machinesBehind, openStations } from './stations.ts'
