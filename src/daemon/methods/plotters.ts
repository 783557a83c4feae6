import { PlotdError } from '../../errors.ts'
import type { Spool } from '../../spool/spool.ts'
import type { Dispatcher, Station } from '../plotting/index.ts'
import type { WirePlotter } from '../protocol/index.ts'
import type { Handlers } from './handlers.ts'
import { jobOf } from './ownership.ts'

type PlotterHandlers = Pick<Handlers, Extract<keyof Handlers, `plotter.${string}`>>

/** @param view  returns a plotter as clients see it */
export function plotterHandlers(
  spool: Spool,
  dispatcher: Dispatcher,
  stations: readonly Station[],
  view: (station: Station) => WirePlotter,
): PlotterHandlers {
  const on = async (name: string, act: (station: Station) => Promise<void>): Promise<WirePlotter> => {
    const station = dispatcher.station(name)
    await act(station)
    return view(station)
  }
  return {
    'plotter.list': () => stations.map(view),
    'plotter.get': ({ name }) => view(dispatcher.station(name)),
    'plotter.ready': ({ name, ...order }, { identity }) => on(name, (station) => station.ready(identity.name, order)),
    'plotter.putPen': ({ name, slot, pen, drawnMm }) =>
      on(name, async (station) => {
        dispatcher.requirePen(pen)
        await station.pens.put(slot, pen, drawnMm)
      }),
    'plotter.layerPen': ({ name, layer, pen }) =>
      on(name, async (station) => {
        if (pen !== undefined) dispatcher.requirePen(pen)
        await station.pens.mapLayer(layer, pen)
      }),
    'plotter.unready': ({ name }) => on(name, async (station) => station.unready()),
    'plotter.pause': ({ name, now }) => on(name, (station) => station.pause(now)),
    'plotter.resume': ({ name }, { identity }) => on(name, (station) => station.resumePlot(identity.name)),
    'plotter.cancel': ({ name }) =>
      on(name, async ({ job, session }) => {
        const stopping = session.stopCommands()
        if (job !== undefined) await spool.cancel(job)
        if (!(await stopping) && job === undefined) {
          throw new PlotdError('ERR_PLOTTER_STATE', `${name} holds no job`, { name })
        }
      }),
    'plotter.pen': ({ name, to }) => on(name, ({ session }) => session.pen(to)),
    'plotter.jog': ({ name, dx, dy }) => on(name, ({ session }) => session.jog(dx, dy)),
    'plotter.home': ({ name }) =>
      on(name, async ({ session, marks }) => {
        await session.home()
        if (session.device?.mustHome) marks.forget() // the limit switches may have given another home
      }),
    'plotter.setHome': ({ name }) =>
      on(name, async ({ session, marks }) => {
        await session.setHome()
        marks.forget()
      }),
    'plotter.motors': ({ name, on: hold }) =>
      on(name, async ({ session, marks }) => {
        await session.motors(hold)
        if (!hold) marks.forget()
      }),
    'plotter.align': ({ name }) =>
      on(name, async ({ session, marks }) => {
        await session.pen('up')
        await session.motors(false)
        marks.forget()
      }),
    'plotter.mark': ({ name, at }) =>
      on(name, async ({ marks }) => {
        if (at === undefined) marks.forget()
        else marks.add(at)
      }),
    'plotter.frame': ({ name, job: id }) => on(name, async (station) => station.frame(await jobOf(spool, id))),
    'plotter.adjust': ({ name, ...changes }) => on(name, (station) => station.adjust(changes)),
    'plotter.maintenance': ({ name, reason }, { identity }) =>
      on(name, (station) => station.maintain(identity.name, reason)),
    'plotter.clear': ({ name }) => on(name, ({ session }) => session.clear()),
    'plotter.connect': ({ name }) => on(name, ({ session }) => session.connect()),
  }
}
