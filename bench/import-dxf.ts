import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { messageOf } from '../src/errors.ts'
import type { Strokes } from '../src/geometry/drawing.ts'
import { inkLength } from '../src/geometry/measure.ts'
import { StrokeWriter } from '../src/geometry/stroke-writer.ts'
import { drawDxf } from '../src/import/dxf/read-dxf.ts'
import { apart } from './import/apart.ts'

/*
 * `npm run bench import-dxf -- [FOLDER…]`: reads every DXF file below the folders, and a binary copy of each. Compares
 * all lines except text with those of ezdxf (`apt-get install python3-ezdxf librecad-data freecad-common`).
 */
const FOLDERS = ['/usr/share/librecad/library', '/usr/share/freecad']
const PYTHON = '/usr/bin/python3'
const ORACLE = join(import.meta.dirname, '..', '..', 'bench', 'import', 'oracle.py')
const BAR_MM = 0.02

interface OracleRecord {
  readonly number: number
  readonly file: string
  readonly unit: number
  readonly error?: string
}

export async function run(args: readonly string[]): Promise<void> {
  const files = (args.length > 0 ? args : FOLDERS).filter((folder) => existsSync(folder)).flatMap(dxfsBelow)
  const folder = await mkdtemp(join(tmpdir(), 'plotd-dxf-'))
  try {
    const oracle = spawn(PYTHON, [ORACLE, folder, ...files], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(oracle, 'close')
    const tally = new Tally(files.length)
    for await (const line of createInterface({ input: oracle.stdout }))
      tally.take(JSON.parse(line) as OracleRecord, folder)
    await ended
    tally.report()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const dxfsBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.dxf$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

class Tally {
  readonly #files: number
  readonly #counts = new Map<string, number>()
  #worst = 0
  #milliseconds = 0

  constructor(files: number) {
    this.#files = files
  }

  take({ number, file, unit, error }: OracleRecord, folder: string): void {
    if (error !== undefined) console.log(`ezdxf fails: ${file}: ${error}`)
    const path = join(folder, String(number))
    const began = performance.now()
    const ascii = this.#read(file, file, unit)
    this.#milliseconds += performance.now() - began
    this.#count(ascii === undefined ? 'ASCII not read' : 'ASCII read')
    if (error !== undefined || ascii === undefined) return
    const binary = this.#read(`${path}.bin.dxf`, `${file} (binary)`, unit)
    this.#count(binary === undefined ? 'binary not read' : 'binary read')
    const expected = strokesIn(readFileSync(`${path}.strokes`))
    this.#compare('ASCII', file, ascii, expected, unit)
    if (binary !== undefined) this.#compare('binary', file, binary, expected, unit)
  }

  report(): void {
    console.log(`\n${this.#files} files, read in ${(this.#milliseconds / 1000).toFixed(1)} s`)
    for (const [what, count] of this.#counts) console.log(`${String(count).padStart(6)} ${what}`)
    console.log(`greatest distance among the files that agree within ${BAR_MM} mm: ${this.#worst.toFixed(4)} mm`)
  }

  #read(path: string, name: string, unitMm: number): Strokes | undefined {
    try {
      return drawDxf(readFileSync(path), { unitMm, text: false, tolerance: 0.005 }).canvas.strokes()
    } catch (error) {
      console.log(`not read: ${name}: ${messageOf(error)}`)
      return undefined
    }
  }

  #compare(form: string, file: string, ours: Strokes, theirs: Strokes, unit: number): void {
    const { aFromB, bFromA, place } = apart(ours, theirs, unit)
    const [length, expected] = [inkLength(ours) * unit, inkLength(theirs) * unit]
    const worst = Math.max(aFromB, bFromA)
    const isEqual = worst <= BAR_MM && Math.abs(length - expected) <= 0.01 * expected + 0.1
    this.#count(`${form} ${isEqual ? 'agrees' : 'differs'}`)
    if (isEqual) this.#worst = Math.max(this.#worst, worst)
    else
      console.log(
        `${form} differs: +${aFromB.toFixed(3)} −${bFromA.toFixed(3)} mm at ${place.map((v) => v.toFixed(2)).join(', ')}; ink ${length.toFixed(1)} of ${expected.toFixed(1)} mm: ${file}`,
      )
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }
}

/** The polylines in a file of oracle.py. Each polyline is a count of points, then x, y of each point: all doubles. */
function strokesIn(file: Buffer): Strokes {
  const numbers = new Float64Array(file.length / 8)
  for (let i = 0; i < numbers.length; i++) numbers[i] = file.readDoubleLE(8 * i)
  const writer = new StrokeWriter()
  for (let i = 0; i < numbers.length; ) {
    const count = numbers[i] ?? 0
    writer.add(numbers.subarray(i + 1, i + 1 + 2 * count))
    i += 1 + 2 * count
  }
  return writer.take()
}
