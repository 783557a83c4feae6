import { PlotdError } from '../../errors.ts'
import type { Clock } from '../link/clock.ts'
import { profileNamed } from '../profiles/index.ts'
import { EbbBoard, type EbbSimulatorOptions } from './ebb/board.ts'
import { GrblBoard } from './grbl/board.ts'
import { FLAVOURS, type FlavourName } from './grbl/flavour.ts'
import { HpglPlotter } from './hpgl/board.ts'
import { HPGL_MODELS } from './hpgl/models.ts'
import { MarlinBoard } from './marlin/board.ts'
import type { SimulatedPlotter } from './simulated-plotter.ts'
import type { HostFlow } from './uart.ts'

/**
 * Makes a simulator of a dialect. The query sets its options:
 *
 * - ebb: `firmware=3.0.3`, `nickname=…`, `machine=eggbot` (a profile's name)
 * - grbl: `firmware=fluidnc` or `grblhal`; `homing=1` for limit switches ($22=1)
 * - marlin: `firmware=klipper`
 * - hpgl: `model=7550A`, `baud=9600`, `flow=hardware`, `xon-xoff` or `ignores` (the default)
 * - all: `scaleX=1.01`, `scaleY=0.99` and `skew=0.5` (degrees) make a distorted machine
 *
 * @throws PlotdError ERR_CONFIG when the dialect, the firmware, the model or the flow control is unknown
 * @throws PlotdError ERR_CONFIG when the baud rate is not a whole number from 50 to 4,000,000
 * @throws PlotdError ERR_PROFILE_INVALID when the machine is unknown
 */
export function makeSimulator(name: string, query: URLSearchParams, clock: Clock): SimulatedPlotter {
  const board = makeBoard(name, query, clock)
  board.ink.distortion = distortionOf(query)
  return board
}

function distortionOf(query: URLSearchParams): SimulatedPlotter['ink']['distortion'] {
  const number = (name: string, otherwise: number): number => {
    const value = Number(query.get(name) ?? Number.NaN)
    return Number.isFinite(value) ? value : otherwise
  }
  const scaleY = number('scaleY', 1)
  return { scaleX: number('scaleX', 1), scaleY, lean: Math.tan((number('skew', 0) * Math.PI) / 180) * scaleY }
}

function makeBoard(name: string, query: URLSearchParams, clock: Clock): SimulatedPlotter {
  if (name === 'ebb') return makeEbb(query, clock)
  if (name === 'grbl') return makeGrbl(query, clock)
  if (name === 'marlin') return makeMarlin(query, clock)
  if (name === 'hpgl') return makeHpgl(query, clock)
  throw new PlotdError('ERR_CONFIG', `no simulator is called ${name}; there are ebb, grbl, marlin and hpgl`, { name })
}

function makeGrbl(query: URLSearchParams, clock: Clock): GrblBoard {
  const firmware = query.get('firmware') ?? 'grbl'
  if (!isFlavour(firmware)) {
    const names = Object.keys(FLAVOURS).join(', ')
    throw new PlotdError('ERR_CONFIG', `no grbl firmware is called ${firmware}; there are ${names}`, { firmware })
  }
  return new GrblBoard({ clock, firmware, settings: query.get('homing') === '1' ? { 22: 1 } : {} })
}

function makeMarlin(query: URLSearchParams, clock: Clock): MarlinBoard {
  const firmware = query.get('firmware') ?? 'marlin'
  if (firmware !== 'marlin' && firmware !== 'klipper') {
    const message = `no printer firmware is called ${firmware}; there are marlin, klipper`
    throw new PlotdError('ERR_CONFIG', message, { firmware })
  }
  return new MarlinBoard({ clock, firmware })
}

const isFlavour = (word: string): word is FlavourName => Object.hasOwn(FLAVOURS, word)

function makeEbb(query: URLSearchParams, clock: Clock): EbbBoard {
  const word = query.get('firmware') ?? '2.8.1'
  const firmware = EBB_FIRMWARES.find((version) => version === word)
  if (firmware === undefined) {
    const message = `no EBB firmware is called ${word}; there are ${EBB_FIRMWARES.join(', ')}`
    throw new PlotdError('ERR_CONFIG', message, { firmware: word })
  }
  const machine = query.get('machine')
  return new EbbBoard({
    clock,
    firmware,
    nickname: query.get('nickname') ?? 'simulated',
    ...(machine !== null && { shape: profileNamed(machine) }),
  })
}

const EBB_FIRMWARES: readonly NonNullable<EbbSimulatorOptions['firmware']>[] = ['2.5.3', '2.8.1', '3.0.3']

function makeHpgl(query: URLSearchParams, clock: Clock): HpglPlotter {
  const model = query.get('model') ?? '7475A'
  if (!Object.hasOwn(HPGL_MODELS, model)) {
    const names = Object.keys(HPGL_MODELS).join(', ')
    throw new PlotdError('ERR_CONFIG', `no HP-GL model is called ${model}; there are ${names}`, { model })
  }
  const baudRate = Number(query.get('baud') ?? 9600)
  if (!Number.isInteger(baudRate) || baudRate < 50 || baudRate > 4_000_000) {
    const message = `baud ${query.get('baud')}: expected a whole number from 50 to 4000000`
    throw new PlotdError('ERR_CONFIG', message, { baud: query.get('baud') })
  }
  const flow = query.get('flow')
  if (flow !== null && !isFlow(flow)) {
    throw new PlotdError('ERR_CONFIG', `no flow control is called ${flow}; there are ${FLOWS.join(', ')}`, { flow })
  }
  return new HpglPlotter({ clock, model, baudRate, ...(flow !== null && { hostFlow: flow }) })
}

const FLOWS: readonly HostFlow[] = ['ignores', 'xon-xoff', 'hardware']
const isFlow = (word: string): word is HostFlow => FLOWS.some((flow) => flow === word)
