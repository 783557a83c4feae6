import { chance, filled, type HostileDocument, nested } from './make.ts'

/** Group codes and values in turn. */
const tags = (...pairs: readonly (number | string)[]): string => pairs.map((each) => `${each}\n`).join('')
const section = (name: string, inside: string): string => tags(0, 'SECTION', 2, name) + inside + tags(0, 'ENDSEC')
const dxf = (entities: string, blocks = ''): string =>
  section('BLOCKS', blocks) + section('ENTITIES', entities) + tags(0, 'EOF')
const block = (name: string, inside: string): string =>
  tags(0, 'BLOCK', 2, name, 70, 0, 10, 0, 20, 0) + inside + tags(0, 'ENDBLK')
const insert = (name: string, ...more: readonly (number | string)[]): string =>
  tags(0, 'INSERT', 8, 0, 2, name, 10, 0, 20, 0, ...more)
const line = tags(0, 'LINE', 8, 0, 10, 0, 20, 0, 11, 9, 21, 9)
const points = (count: number): string =>
  Array.from({ length: count }, (_, i) => tags(10, chance(i, 1000), 20, chance(7 * i + 3, 1000))).join('')

const fileOf = (name: string, document: HostileDocument['document'], options = {}): HostileDocument => ({
  format: 'dxf',
  name,
  document,
  options,
})

export const DXF: readonly HostileDocument[] = [
  fileOf('blocks that double', () =>
    dxf(
      insert('b0'),
      Array.from({ length: 60 }, (_, i) => block(`b${i}`, insert(`b${i + 1}`) + insert(`b${i + 1}`))).join('') +
        block('b60', line),
    ),
  ),
  fileOf('a chain of blocks', (size) =>
    dxf(
      insert('b0'),
      filled(size, (i) => block(`b${i}`, insert(`b${i + 1}`) + line)),
    ),
  ),
  fileOf('a block that contains itself', () => dxf(insert('b'), block('b', insert('b') + insert('b') + line))),
  fileOf('a billion rows and columns', () =>
    dxf(insert('b', 70, 1_000_000_000, 71, 1_000_000_000, 44, 1, 45, 1), block('b', line)),
  ),
  fileOf('rows in rows in rows', () =>
    dxf(
      insert('b0', 70, 3000, 45, 1),
      Array.from({ length: 9 }, (_, i) => block(`b${i}`, insert(`b${i + 1}`, 71, 3000, 44, 1))).join('') +
        block('b9', line),
    ),
  ),
  fileOf('copies of nothing', () =>
    dxf(
      insert('b0', 70, 30_000, 71, 30_000),
      block('b0', insert('b1', 70, 30_000, 71, 30_000)) + block('b1', insert('nobody')),
    ),
  ),
  fileOf('a spline of the thousandth degree', (size) =>
    dxf(
      tags(0, 'SPLINE', 8, 0, 70, 8, 71, 1000, 72, 0, 73, 2000) +
        Array.from({ length: 3001 }, (_, i) => tags(40, i)).join('') +
        points(Math.min(2000, size / 12)),
    ),
  ),
  fileOf('a spline of many points', (size) =>
    dxf(
      tags(0, 'SPLINE', 8, 0, 70, 8, 71, 3) +
        Array.from({ length: size / 24 + 4 }, (_, i) => tags(40, i)).join('') +
        points(size / 24),
    ),
  ),
  fileOf('many splines with wild knots', (size) =>
    dxf(
      filled(
        size,
        () => tags(0, 'SPLINE', 8, 0, 71, 25) + tags(40, 1e300).repeat(30) + tags(40, -1e300).repeat(30) + points(30),
      ),
    ),
  ),
  fileOf('arcs of enormous size', (size) =>
    dxf(filled(size, (i) => tags(0, 'ARC', 8, 0, 10, 0, 20, 0, 40, `1e${i % 300}`, 50, 0, 51, 359))),
  ),
  fileOf('ellipses of very many turns', (size) =>
    dxf(filled(size, () => tags(0, 'ELLIPSE', 8, 0, 10, 0, 20, 0, 11, 1e9, 21, 0, 40, 1, 41, -1e300, 42, 1e300))),
  ),
  fileOf('bulges of enormous size', (size) =>
    dxf(tags(0, 'LWPOLYLINE', 8, 0, 90, 9) + filled(size, (i) => tags(10, i, 20, 0, 42, `1e${i % 300}`))),
  ),
  fileOf('a hatch of lines that touch', () => dxf(hatch(1e-9, '')), { hatches: 'lines' }),
  fileOf('a hatch of lines in a scribble', (size) => dxf(hatch(0.01, points(Math.min(size / 12, 20_000)))), {
    hatches: 'lines',
  }),
  fileOf(
    'a hatch with a pattern of many families of lines',
    (size) =>
      dxf(
        hatchOf(
          square,
          filled(size, (i) => tags(53, i, 43, 0, 44, 0, 45, 0, 46, 0.01, 79, 0)),
          size / 40,
        ),
      ),
    { hatches: 'lines' },
  ),
  fileOf(
    'a hatch with dashes of almost no length',
    () => dxf(hatchOf(square, tags(53, 45, 43, 0, 44, 0, 45, 0, 46, 1, 79, 2, 49, 1e-300, 49, -1e-300), 1)),
    { hatches: 'lines' },
  ),
  fileOf('a hatch of gaps where a gap is below the precision', () => dxf(hatchOf(farAt(1e17, 0), linesWith(-1), 1)), {
    hatches: 'lines',
  }),
  fileOf('a hatch of lines nearer than the precision', () => dxf(hatchOf(farAt(0, 1e17), linesWith(1), 1)), {
    hatches: 'lines',
  }),
  fileOf(
    'a hatch of gaps alone',
    (size) =>
      dxf(hatchOf(square, tags(53, 0, 43, 0, 44, 0, 45, 0, 46, 0.1, 79, 9) + tags(49, -1e-3).repeat(size / 9), 1)),
    { hatches: 'lines' },
  ),
  fileOf('a hatch with edges of enormous size', (size) =>
    dxf(
      tags(0, 'HATCH', 8, 0, 70, 1, 91, 1, 92, 1) +
        filled(size, () => tags(72, 2, 10, 0, 20, 0, 40, 1e9, 50, 0, 51, 360, 73, 1)) +
        tags(97, 0, 75, 0, 76, 1),
    ),
  ),
  fileOf('a very long text', (size) => dxf(tags(0, 'TEXT', 8, 0, 10, 0, 20, 0, 40, 3, 1, 'W'.repeat(size)))),
  fileOf('nested braces', (size) => dxf(mtext(nested(size, '{', 'x', '}')))),
  fileOf('braces that stay open', (size) => dxf(mtext('{\\H3x;'.repeat(size / 6)))),
  fileOf('nested fractions', (size) => dxf(mtext('\\S1/'.repeat(size / 4)))),
  fileOf('many short texts', (size) =>
    dxf(filled(size, () => tags(0, 'TEXT', 8, 0, 10, 0, 20, 0, 40, 3, 1, 'WWWWWWWWWW'))),
  ),
  fileOf('a layer for each line', (size) =>
    dxf(filled(size, (i) => tags(0, 'LINE', 8, `l${i}`, 62, i % 256, 10, 0, 20, 0, 11, 9, 21, 9))),
  ),
  fileOf('a mesh that says it is large', () =>
    dxf(
      tags(0, 'POLYLINE', 8, 0, 66, 1, 70, 16, 71, 32_000, 72, 32_000) +
        tags(0, 'VERTEX', 8, 0, 10, 1, 20, 1) +
        tags(0, 'SEQEND'),
    ),
  ),
  fileOf('nested sections', (size) => nested(size, tags(0, 'SECTION', 2, 'ENTITIES'), line, tags(0, 'ENDSEC'))),
  fileOf(
    'tags without an end',
    (size) => tags(0, 'SECTION', 2, 'ENTITIES', 0, 'LWPOLYLINE') + '10\n1\n'.repeat(size / 5),
  ),
  fileOf('one very long number', (size) => dxf(tags(0, 'LINE', 8, 0, 10, '1'.repeat(size), 20, 0, 11, 1, 21, 1))),
]

const square = tags(10, 0, 20, 0, 10, 1000, 20, 0, 10, 1000, 20, 1000, 10, 0, 20, 1000)

function hatch(spacing: number, boundary: string): string {
  return hatchOf(boundary === '' ? square : boundary, tags(53, 45, 43, 0, 44, 0, 45, 0, 46, spacing, 79, 0), 1)
}

/** A rectangle whose lower left corner lies far away. */
const farAt = (px: number, py: number): string =>
  tags(10, px, 20, py) + tags(10, px + 64, 20, py) + tags(10, px + 64, 20, py + 208) + tags(10, px, 20, py + 208)

/** A pattern of horizontal lines 1 apart. The lines consist of dashes, or of gaps if `dash` is below 0. */
const linesWith = (dash: number): string => tags(53, 0, 43, 0, 44, 0, 45, 0, 46, 1, 79, 1, 49, dash)

const hatchOf = (boundary: string, lines: string, count: number): string =>
  tags(0, 'HATCH', 8, 0, 10, 0, 20, 0, 2, 'ANSI31', 70, 0, 71, 0, 91, 1, 92, 2, 72, 0, 73, 1) +
  tags(93, boundary.split('\n').length / 4) +
  boundary +
  tags(97, 0, 75, 0, 76, 1, 52, 0, 41, 1, 77, 0, 78, Math.trunc(count)) +
  lines

const mtext = (words: string): string => tags(0, 'MTEXT', 8, 0, 10, 0, 20, 0, 40, 3, 41, 100, 1, words)
