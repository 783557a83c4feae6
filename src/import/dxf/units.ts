import type { Tag } from './tags.ts'

/** The units by their numbers in `$INSUNITS`, with the length of one unit in mm; 0 means no unit. */
const UNITS: readonly (readonly [name: string, mm: number])[] = [
  ['no unit', 0],
  ['inch', 25.4],
  ['foot', 304.8],
  ['mile', 1_609_344],
  ['mm', 1],
  ['cm', 10],
  ['m', 1000],
  ['km', 1_000_000],
  ['microinch', 25.4e-6],
  ['mil', 0.0254],
  ['yard', 914.4],
  ['ångström', 1e-7],
  ['nm', 1e-6],
  ['µm', 1e-3],
  ['dm', 100],
  ['dam', 10_000],
  ['hm', 100_000],
  ['Gm', 1e12],
  ['au', 1.495978707e14],
  ['light year', 9.4607e18],
  ['parsec', 3.0857e19],
  ['US survey foot', 304.8006096],
  ['US survey inch', 25.4000508],
  ['US survey yard', 914.4018288],
  ['US survey mile', 1_609_347.2186944],
]

/** Length of one unit of the file, mm, and a note to the user about it. */
export interface FileUnit {
  readonly mm: number
  readonly note?: string
}

/** The unit from the header, else `requested` (mm of one unit), else the inch or mm by `$MEASUREMENT`. */
export function unitOf(header: ReadonlyMap<string, Tag>, requested?: number): FileUnit {
  const number = Number(header.get('$INSUNITS')?.value ?? 0)
  const [name, mm] = UNITS[number] ?? ['no unit', 0]
  if (mm > 0 && requested !== undefined && requested !== mm)
    return { mm, note: `the file names its unit (${name}), so the unit that you named is not used` }
  if (mm > 0) return { mm }
  if (requested !== undefined) return { mm: requested }
  const isImperial = Number(header.get('$MEASUREMENT')?.value ?? 1) === 0
  return isImperial
    ? { mm: 25.4, note: 'the file names no unit and is imperial: one unit is drawn as an inch' }
    : { mm: 1, note: 'the file names no unit: one unit is drawn as 1 mm' }
}
