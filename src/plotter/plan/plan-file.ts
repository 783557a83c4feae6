import type { Hash } from 'node:crypto'
import { PlotdError } from '../../errors.ts'
import type { Plan } from './plan.ts'
import { hashOfHeader } from './plan-hash.ts'

/**
 * The first bytes of a plan file. The file has "PLOTPLAN", the format version and the length of a JSON header (both 32
 * bits, little endian). The header follows, padded to a multiple of eight bytes, then `starts` (32-bit integers, padded
 * in the same way) and `points` (64-bit floats). Every array is aligned.
 */
const MAGIC = 'PLOTPLAN'
const VERSION = 1
const PREFIX = 16

const padTo8 = (bytes: number): number => Math.ceil(bytes / 8) * 8

export function encodePlan({ points, starts, ...header }: Plan): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(
    JSON.stringify({ ...header, vertices: points.length / 2, strokes: starts.length - 1 }),
  )
  const startsAt = padTo8(PREFIX + json.length)
  const pointsAt = padTo8(startsAt + starts.byteLength)
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

/** A file from which a plan is read in pieces. */
export interface PlanSource {
  readonly bytes: number
  /** Fills `into` from byte `from` of the file. */
  read(into: Uint8Array<ArrayBuffer>, from: number): Promise<void>
}

/**
 * Bytes that are read and hashed in one turn of the event loop. They take less than 1 ms, or 2 ms on a small computer.
 */
const PIECE = 1 << 18

/**
 * Reads a plan in pieces, so that a large file does not block the event loop.
 *
 * @throws PlotdError ERR_FILE for a file of another kind or version, with an unreadable header or a wrong length. Also
 *   when the drawing's size, layers or strokes do not match the hash
 */
export async function readPlan(file: PlanSource): Promise<Plan> {
  const prefix = await part(file, 0, Math.min(PREFIX, file.bytes))
  const view = new DataView(prefix.buffer)
  if (prefix.length < PREFIX || new TextDecoder().decode(prefix.subarray(0, 8)) !== MAGIC)
    throw fileError('is not a plan')
  const version = view.getUint32(8, true)
  if (version !== VERSION) throw fileError(`has format ${version}, and this program reads ${VERSION}`)
  const jsonLength = view.getUint32(12, true)
  const { vertices, strokes, ...header } = readHeader(
    await part(file, PREFIX, Math.min(jsonLength, file.bytes - PREFIX)),
  )
  const startsAt = padTo8(PREFIX + jsonLength)
  const pointsAt = padTo8(startsAt + 4 * (strokes + 1))
  const end = pointsAt + 16 * vertices
  if (file.bytes !== end) throw fileError(`has ${file.bytes} bytes, and its header says ${end}`)
  const plan: Plan = { ...header, starts: new Uint32Array(strokes + 1), points: new Float64Array(2 * vertices) }
  const hash = hashOfHeader(plan)
  await fill(new Uint8Array(plan.starts.buffer), file, startsAt, hash)
  await fill(new Uint8Array(plan.points.buffer), file, pointsAt, hash)
  if (hash.digest('hex') !== plan.hash) throw fileError('has contents that do not match its hash')
  return plan
}

async function part(file: PlanSource, from: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const into = new Uint8Array(bytes)
  await file.read(into, from)
  return into
}

async function fill(into: Uint8Array<ArrayBuffer>, file: PlanSource, from: number, hash: Hash): Promise<void> {
  for (let offset = 0; offset < into.length; offset += PIECE) {
    const piece = into.subarray(offset, offset + PIECE)
    await file.read(piece, from + offset)
    hash.update(piece)
  }
}

type Header = Omit<Plan, 'points' | 'starts'> & { readonly vertices: number; readonly strokes: number }

function readHeader(json: Uint8Array): Header {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder().decode(json))
  } catch (error) {
    throw fileError('has a header that cannot be read', error)
  }
  if (typeof header !== 'object' || header === null) throw fileError('has a header that is no JSON object')
  return header as Header
}

const fileError = (what: string, cause?: unknown): PlotdError =>
  new PlotdError('ERR_FILE', `the plan file ${what}`, {}, cause)
