import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Strokes, stroke, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { packageRoot } from '../../src/threads.ts'

const folder = join(packageRoot, 'bench/peers')
const load = createRequire(join(folder, 'package.json'))

interface Point {
  readonly x: number
  readonly y: number
}

/** The part of optimize-paths that saxi uses. */
interface OptimizePaths {
  readonly reorder: (paths: Point[][]) => Point[][]
  readonly merge: (paths: Point[][], tolerance: number) => Point[][]
}

/** Installs the packages of bench/peers when optimize-paths is missing. @returns whether the packages are installed */
export function installPeers(): boolean {
  if (existsSync(join(folder, 'node_modules/optimize-paths'))) return true
  console.log('installing the packages of bench/peers')
  const args = ['install', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts']
  return spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
}

/** Orders strokes as saxi does. With `tolerance` > 0, merges them too, which drops vertices near a join. */
export function optimizePaths(strokes: Strokes, tolerance: number): Strokes {
  const { reorder, merge } = load('optimize-paths') as OptimizePaths
  const paths = Array.from({ length: strokeCount(strokes) }, (_, i) => {
    const line = stroke(strokes, i)
    return Array.from({ length: line.length / 2 }, (_, v): Point => ({ x: line[2 * v] ?? 0, y: line[2 * v + 1] ?? 0 }))
  })
  const ordered = tolerance > 0 ? merge(reorder(paths), tolerance) : reorder(paths)
  return strokesOf(...ordered.map((path) => path.flatMap(({ x, y }) => [x, y])))
}

interface SvgDom {
  readonly createSVGWindow: () => { document: { documentElement: { innerHTML: string } } }
}
interface FlattenSvg {
  readonly flattenSVG: (element: unknown, options?: { maxError: number }) => { points: [number, number][] }[]
}

/** Turns polylines into paths, because flatten-svg gets no `points` of a polyline from the document model svgdom. */
const asPaths = (svg: string): string => svg.replaceAll(/<polyline\b([^>]*)\spoints="\s*/g, '<path$1 d="M')

/** The lines that flatten-svg finds in an SVG. svgdom is the document model that flatten-svg recommends for Node. */
export function flattenSvg(svg: string): Strokes {
  const { createSVGWindow } = load('svgdom') as SvgDom
  const { flattenSVG } = load('flatten-svg') as FlattenSvg
  const window = createSVGWindow()
  Object.assign(globalThis, { window })
  window.document.documentElement.innerHTML = asPaths(svg)
  const lines = flattenSVG(window.document.documentElement, { maxError: 0.1 })
  return strokesOf(...lines.map(({ points }) => points.flat()))
}
