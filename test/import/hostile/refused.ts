/**
 * Documents that a limit refuses when a test asks for a size of 40 kB or more. `npm test` skips the slow ones, which
 * take a second or more.
 */
export const REFUSED: readonly { readonly format: string; readonly name: string; readonly isSlow?: true }[] = [
  { format: 'dxf', name: 'blocks that double', isSlow: true },
  { format: 'dxf', name: 'a hatch of gaps alone', isSlow: true },
  { format: 'dxf', name: 'a hatch with edges of enormous size' },
  { format: 'hpgl', name: 'arcs in a polygon', isSlow: true },
  { format: 'hpgl', name: 'circles in a polygon', isSlow: true },
  { format: 'hpgl', name: 'dashes outside of the window', isSlow: true },
  { format: 'pdf', name: 'a chain of forms' },
  { format: 'pdf', name: 'a pattern that draws itself' },
  { format: 'pdf', name: 'streams that stay open' },
  { format: 'pdf', name: 'two patterns that draw each other' },
  { format: 'pdf', name: 'very many saved states', isSlow: true },
  { format: 'pdf', name: 'saved states after restores', isSlow: true },
  { format: 'pdf', name: 'blanks that unpack to much', isSlow: true },
  { format: 'pdf', name: 'a picture of enormous size' },
  { format: 'pdf', name: 'clips in clips' },
  { format: 'markdown', name: 'lists in one line', isSlow: true },
  { format: 'markdown', name: 'a table of short rows' },
]
