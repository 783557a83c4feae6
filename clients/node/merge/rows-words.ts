/** Row numbers in words: 'row 3', 'rows 3, 4', '5 rows, from row 3'. */
export const rowsWords = (rows: readonly number[]): string =>
  rows.length > 4
    ? `${rows.length.toLocaleString('en')} rows, from row ${rows[0]}`
    : `${rows.length === 1 ? 'row' : 'rows'} ${rows.join(', ')}`
