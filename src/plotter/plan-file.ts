import { PlotdError } from '../errors.ts'
import type { Plan } from './plan.ts'
import { hashOf } from './plan-hash.ts'

/**
 * A plan as one flat file: "PLOTPLAN", format version, length of a JSON header (both 32 bit, little endian), the
 * header padded to eight bytes, then `starts` (32 bit, padded) and `points` (64 bit floats). Every array is aligned.
 */
const MAGIC = 'PLOTPLAN'
const VERSION = 1
const PREFIX = 16

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8

export function encodePlan({ points, starts, ...header }: Plan): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(
    JSON.stringify({ ...header, vertices: points.length / 2, strokes: starts.length - 1 }),
  )
  const startsAt = padded(PREFIX + json.length)
  const pointsAt = padded(startsAt + starts.byteLength)
  const file = new Uint8Array(pointsAt + points.byteLength)
  const view = new DataView(file.buffer)
  new TextEncoder().encodeInto(MAGIC, file)
  view.setUint32(8, VERSION, true)
  view.setUint32(12, json.length, true)
  file.set(json, PREFIX)
  file.set(new Uint8Array(starts.buffer, starts.byteOffset, starts.byteLength), startsAt)
  file.set(new Uint8Array(points.buffer, points.byteOffset, points.byteLength), pointsAt)
  return file
}

/**
 * The plan of a file, its arrays copied out of it.
 *
 * @throws PlotdError ERR_FILE when it is not a plan, is cut short, or its strokes are not those its hash names
 */
export function decodePlan(file: Uint8Array): Plan {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < PREFIX || new TextDecoder().decode(file.subarray(0, 8)) !== MAGIC) throw damaged('is not a plan')
  const version = view.getUint32(8, true)
  if (version !== VERSION) throw damaged(`has format ${version}, and this program reads ${VERSION}`)
  const jsonLength = view.getUint32(12, true)
  const { vertices, strokes, ...header } = readHeader(file.subarray(PREFIX, PREFIX + jsonLength))
  const startsAt = padded(PREFIX + jsonLength)
  const pointsAt = padded(startsAt + 4 * (strokes + 1))
  const end = pointsAt + 16 * vertices
  if (file.length !== end) throw damaged(`has ${file.length} bytes where its header says ${end}`)
  const plan: Plan = {
    ...header,
    starts: new Uint32Array(copied(file, startsAt, startsAt + 4 * (strokes + 1))),
    points: new Float64Array(copied(file, pointsAt, end)),
  }
  if (hashOf(plan) !== plan.hash) throw damaged('does not hold the strokes that its hash names')
  return plan
}

type Header = Omit<Plan, 'points' | 'starts'> & { readonly vertices: number; readonly strokes: number }

function readHeader(json: Uint8Array): Header {
  try {
    return JSON.parse(new TextDecoder().decode(json)) as Header
  } catch (error) {
    throw damaged('has a header that cannot be read', error)
  }
}

const damaged = (what: string, cause?: unknown): PlotdError =>
  new PlotdError('ERR_FILE', `the plan file ${what}`, {}, cause)

/** Not `slice`: of a Buffer, as files are read, that is a view of a buffer it shares with others. */
const copied = (file: Uint8Array, from: number, to: number): ArrayBuffer =>
  new Uint8Array(file.subarray(from, to)).buffer
