import type { Figure } from '../../../src/index.ts'
import type { Io } from '../io/io.ts'
import { columns } from '../ui/columns.ts'

/** Each figure of a proposed profile, with its source. */
export const figureTable = (figures: readonly Figure[], { width }: Io): string[] =>
  columns(
    figures,
    [
      { title: 'FIGURE', text: ({ name }) => name },
      { title: 'VALUE', text: ({ value }) => value, shrinkTo: 20 },
      { title: 'SOURCE', text: ({ from }) => from, shrinkTo: 12 },
    ],
    width,
  )
