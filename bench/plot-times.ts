import { drawings } from './plot-times/drawings.ts'
import { MACHINES, percentOff } from './plot-times/machines.ts'

/** The most by which a board may differ from the estimate, percent. */
const BAR = 1

/**
 * `plot-times [MACHINE [DRAWING]]` shows how much longer each simulated board takes than plotd's estimate, in percent.
 * The time is virtual. The exit status is 1 when a drawing is off by more than 1 %.
 *
 * @param args  a part of the name of a machine, and a part of the name of a drawing
 */
export async function run([machine = '', drawing = '']: readonly string[]): Promise<void> {
  const machines = MACHINES.filter(({ name }) => name.includes(machine))
  const offs: number[][] = machines.map(() => [])
  row('drawing', ...machines.map(({ name }) => name))
  row('---', ...machines.map(() => '---:'))
  for (const [name, make] of await drawings()) {
    if (!name.includes(drawing)) continue
    const cells: string[] = []
    for (const [i, timed] of machines.entries()) {
      const off = await percentOff(timed, make)
      offs[i]?.push(off)
      cells.push(signed(off))
    }
    row(name, ...cells)
  }
  row('least', ...offs.map((all) => signed(Math.min(...all))))
  row('most', ...offs.map((all) => signed(Math.max(...all))))
  if (offs.flat().some((off) => Math.abs(off) > BAR)) process.exitCode = 1
}

const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`)
const signed = (percent: number): string => `${percent < 0 ? '−' : '+'} ${Math.abs(percent).toFixed(2)}`
