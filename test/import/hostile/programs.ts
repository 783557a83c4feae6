import { chance, filled, fraction, type HostileDocument, nested, power } from './make.ts'

const documents =
  (format: string) =>
  (name: string, document: HostileDocument['document']): HostileDocument => ({
    format,
    name,
    document,
  })
const hpgl = documents('hpgl')
const gcode = documents('gcode')
const scribble = (count: number): string =>
  Array.from(
    { length: Math.max(3, Math.trunc(count)) },
    (_, i) => `${chance(i, 10_000)},${chance(7 * i + 3, 10_000)}`,
  ).join()

export const PROGRAMS: readonly HostileDocument[] = [
  hpgl(
    'fills of lines that touch',
    () => `IN;SP1;FT3,0.0001,45;PA0,0;RA30000,30000;FT4,${fraction(9)},0;RA30000,30000;`,
  ),
  hpgl('many fills', (size) => `IN;SP1;FT3,1,45;${filled(size, () => 'PA0,0;RA9000,9000;')}`),
  hpgl('a fill of a scribble', (size) => `IN;SP1;PA0,0;PM0;PD${scribble(size / 10)};PM2;FT3,5,30;FP;EP;`),
  hpgl(
    'circles of enormous size',
    (size) => `IN;SP1;PA0,0;${filled(size, (i) => `CI${power(i % 300)},${fraction(9)};`)}`,
  ),
  hpgl(
    'arcs of enormously many turns',
    (size) => `IN;SP1;PD0,0;${filled(size, () => `AA9,9,${power(300)},${fraction(300)};`)}`,
  ),
  hpgl(
    'wedges',
    (size) => `IN;SP1;FT3,1,0;PA5000,5000;${filled(size, () => 'WG9000,0,360,0.001;EW9000,0,360,0.001;')}`,
  ),
  hpgl('dashes of almost no length', (size) => `IN;SP1;LT2,${fraction(9)};${filled(size, () => 'PD0,0,30000,30000;')}`),
  hpgl(
    'user-defined dashes of almost no length',
    (size) => `IN;SP1;UL8,${fraction(9)},${fraction(9)};LT8,${fraction(9)};${filled(size, () => 'PD0,0,30000,0;')}`,
  ),
  hpgl('a long label', (size) => `IN;SP1;LB${'W'.repeat(size)}\u0003;`),
  hpgl('a label that does not end', (size) => `IN;SP1;DTQ;LB${'\u0008W'.repeat(size / 2)}`),
  hpgl(
    'letters of enormous size',
    (size) =>
      `IN;SP1;SI${power(300)},${power(300)};LBHello\u0003;SI${fraction(300)},${fraction(300)};LB${'W'.repeat(size)}\u0003`,
  ),
  hpgl('an encoded number without an end', (size) => `IN;SP1;PD;PE<=${'?'.repeat(size)};`),
  hpgl('an encoded number without an end, in base 32', (size) => `IN;SP1;PE7${'@'.repeat(size)};`),
  hpgl(
    'many rings in a polygon',
    (size) => `IN;SP1;PM0;${filled(size, (i) => `PD${i % 9999},0,0,9;PM1;`)}PM2;FT3,9,9;FP;`,
  ),
  hpgl('polygons that stay open', (size) => `IN;SP1;${'PM0;'.repeat(size / 4)}`),
  hpgl(
    'scales of almost no range',
    (size) => `IN;SP1;IP0,0,1,1;SC0,${fraction(300)},0,${fraction(300)};PD${scribble(size / 10)};`,
  ),
  hpgl('scales again and again', (size) => `IN;SP1;${filled(size, (i) => `SC0,${i},0,9;RO90;PD9,9;`)}`),
  hpgl('a very long number', (size) => `IN;SP1;PD${'1'.repeat(size)},2;`),
  hpgl('very many numbers', (size) => `IN;SP1;PD${'1,'.repeat(size / 2)};`),
  hpgl('commands without numbers', (size) => `IN;SP1;${'PU'.repeat(size / 2)}`),
  hpgl('arcs in a polygon', (size) => `IN;SP1;PD9,9;PM0;${filled(size, () => 'AA0,0,360,0.001;')}`),
  hpgl('circles in a polygon', (size) => `IN;SP1;PD9,9;PM0;${filled(size, () => 'CI99,0.001;')}`),
  hpgl(
    'edges of a polygon again and again',
    (size) => `IN;SP1;PD9,9;PM0;PU${scribble(size / 20)};PM2;${'EP;FP;'.repeat(size / 12)}`,
  ),
  hpgl(
    'dashes outside of the window',
    (size) => `IN;SP1;IW0,0,9,9;LT2,0.5;${filled(size, () => 'PU99,99;PD1000000,99;')}`,
  ),
  hpgl('a line type of very many parts', (size) => `IN;SP1;UL2,${'0,'.repeat(size / 2)}1;LT2,9;PU0,0;PD4000,0;`),
  hpgl('escapes to PCL', (size) => `IN;SP1;PU0,0;PD9,9;${'\u001bE'.repeat(size / 2)}`),
  hpgl('very many pens', (size) => `IN;${filled(size, (i) => `SP${i};PD${i},9;PU;`)}`),
  gcode(
    'arcs of enormously many turns',
    (size) => `G21 G90\nM3 S90\n${filled(size, () => 'G2 X1 Y0 I9000 J0 P1000000000\n')}`,
  ),
  gcode(
    'arcs of enormous size',
    (size) =>
      `G21 G90\nM3 S90\n${filled(size, (i) => `G3 X1 Y0 R${power(i % 300)}\nG2 X0 Y0 I${power(i % 300)} J1\n`)}`,
  ),
  gcode('small moves', (size) => `G21 G91\nM3 S90\n${filled(size, () => 'X1Y1\n')}`),
  gcode('arcs in one line', (size) => `G21 G90\nM3 S90\n${'G2X1Y1I5J5'.repeat(size / 10)}\n`),
  gcode('nested brackets', (size) => `G21\nM3 S90\nG1 X${nested(size, '[', '1', ']')} Y2\n(${'('.repeat(size)}\n`),
  gcode('very many heights', (size) => `G21 G90\n${filled(size, (i) => `G1 Z${i} X${i % 99}\n`)}`),
  gcode('very many tools', (size) => `M3 S90\nG1 X1\n${filled(size, (i) => `T${i}\n`)}`),
  gcode('a very long line', (size) => `G21 G90\nM3 S90\nG1 ${'X1 '.repeat(size / 3)}\nG1 Y9\n`),
  gcode('very many offsets', (size) => `G21 G90\nM3 S90\n${filled(size, (i) => `G92 X${i}\nG1 X${power(i % 300)}\n`)}`),
]
