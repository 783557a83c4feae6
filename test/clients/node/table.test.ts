import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mapColumns, paramsOf } from '../../../clients/node/merge/mapping.ts'
import { readTable } from '../../../clients/node/merge/table.ts'

const cells = (csv: string | Uint8Array) => readTable(csv).rows.map((row) => row.cells)
const utf16 = (text: string, order: 'le' | 'be') => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

describe('a table', () => {
  const rows = [
    { name: 'Ada', says: 'a, b' },
    { name: 'Zoë', says: '“x”' },
  ]

  it.each([
    ['commas', 'name,says\nAda,"a, b"\nZoë,“x”\n'],
    ['semicolons and CRLF', 'name;says\r\nAda;a, b\r\nZoë;“x”\r\n'],
    ['tabs', 'name\tsays\nAda\ta, b\nZoë\t“x”'],
    ['a byte order mark', '\uFEFFname,says\nAda,"a, b"\nZoë,“x”'],
    ['the line “sep=;” of Excel', 'sep=;\r\nname;says\r\nAda;a, b\r\nZoë;“x”'],
    ['blanks around the words', ' name , says \n Ada ,"a, b" \n Zoë , “x” '],
    ['UTF-16, little-endian, as Excel’s “Unicode text”', utf16('name\tsays\r\nAda\ta, b\r\nZoë\t“x”', 'le')],
    ['UTF-16, big-endian', utf16('name\tsays\nAda\ta, b\nZoë\t“x”', 'be')],
    ['the code page Windows-1252', Buffer.from('name;says\r\nAda;a, b\r\nZo\xeb;\x93x\x94\r\n', 'latin1')],
  ])('is read with %s', (_, csv) => {
    expect(cells(csv)).toEqual(rows)
  })

  it('may have line breaks, quotes and separators within quotes', () => {
    expect(cells('a,b\n"1\n2","say ""hi"", you"\n')).toEqual([{ a: '1\n2', b: 'say "hi", you' }])
  })

  it.each([
    ['columns', Array.from({ length: 200_000 }, (_, i) => `c${i}`).join(), /200000 columns, at most 1000/],
    [
      'cells, and is not read beyond the limit',
      `${Array.from({ length: 1000 }, (_, i) => `c${i}`).join()}\n${'x\n'.repeat(20_000)}"open`,
      /cells, at most/,
    ],
    ['characters', 'a\n'.repeat(33_000_000), /66000000 characters, at most/],
  ])('has a limit on %s', (_name, csv, message) => {
    expect(() => readTable(csv)).toThrowError(
      expect.objectContaining({ code: 'ERR_CSV', message: expect.stringMatching(message) }),
    )
  })

  it('counts rows as a spreadsheet does, and leaves empty rows out', () => {
    const { rows } = readTable('a,b\n\n1,"x\ny"\n,\n2,z\n')
    expect(rows.map(({ row, cells }) => [row, cells['a']])).toEqual([
      [3, '1'],
      [5, '2'],
    ])
  })

  it('may have any number of empty lines, because they do not count as cells', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `c${i}`).join()
    const { rows } = readTable(`${names}\n${'\n'.repeat(20_000)}x\n`)
    expect(rows.map(({ row, cells }) => [row, cells['c0']])).toEqual([[20_002, 'x']])
  })

  it('reports a column by its number when the column has cells but no name', () => {
    const table = readTable(',a,,\n0,Ada,,\n1,Bo,,x\n')
    expect(table.columns).toEqual(['1 (no name)', 'a', '', '4 (no name)'])
    expect(table.rows[1]?.cells).toMatchObject({ '1 (no name)': '1', a: 'Bo', '4 (no name)': 'x' })
    const { extra } = mapColumns(table, { properties: { a: { type: 'string' } }, required: ['a'] }, {}, {})
    expect(extra).toEqual(['1 (no name)', '4 (no name)'])
  })

  it('may have rows that are too short, but none that are too long', () => {
    expect(cells('a,b\n1\n')).toEqual([{ a: '1', b: '' }])
    expect(() => readTable('a,b\n1,2\n1,2,3\n')).toThrow(/^row 3: it has 3 cells, but there are 2 columns/)
  })

  it.each([
    ['', /row 1: expected the names/],
    ['a,A,a\n', /row 1: two columns are called “a”/],
    ['a,b\n1,2\n"x,3\n', /row 3: a quote that opens a cell of this row is never closed/],
    ['\na,b\n1,2\n', /row 1: expected the names/],
    ['a,b\n\n \n"x,3\n', /row 4: a quote that opens a cell of this row is never closed/],
    ['a,b\n1,x"y"\n', /row 2: a cell has a quote within it/],
    ['a,b\n1,"x"y\n', /row 2: something follows the quote that ends a cell/],
    ['PK\u0003\u0004\u0014\0', /row 1: this is a workbook of a spreadsheet: expected it saved as CSV/],
    ['a,\0\n1,2\n', /row 1: this is not text/],
  ])('that is malformed is refused with the number of the row: %j', (csv, message) => {
    expect(() => readTable(csv)).toThrow(
      expect.objectContaining({ code: 'ERR_CSV', message: expect.stringMatching(message) }),
    )
  })
})

describe('columns', () => {
  const schema = {
    properties: {
      recipient: { type: 'string' },
      greetingFont: { type: 'string' },
      seed: { type: 'integer' },
      address: { type: 'string' },
    },
    required: ['recipient'],
  }
  const table = readTable(
    'Recipient,greeting font,street,town,seed,shoe size\nAda,scripts,12 Square,London,7,39\nBo,,,,,\n',
  )
  const mapping = mapColumns(table, schema, { street: 'address', Town: 'address' }, {})

  it('map to parameters by choice or by name, whatever the capitals and spaces, and the rest are reported', () => {
    expect(mapping.extra).toEqual(['shoe size'])
    expect([...mapping.columns.keys()]).toEqual(['recipient', 'greetingFont', 'address', 'seed'])
  })

  it('that share a parameter become its lines; a cell of an integer becomes a number, and an empty cell gives no value', () => {
    const [first, second] = table.rows.map((row) => paramsOf(row, mapping, schema, { seed: 1 }))
    expect(first).toEqual({ recipient: 'Ada', greetingFont: 'scripts', address: '12 Square\nLondon', seed: 7 })
    expect(second).toEqual({ recipient: 'Bo', seed: 1 })
  })

  it.each([
    [{ stret: 'address' }, /no column “stret”; the columns are Recipient/],
    [{ street: 'adress' }, /no parameter “adress”; the parameters are recipient/],
    [{ Recipient: 'address' }, /no column is called “recipient”/],
  ])('that cannot be mapped are refused with the name that is missing: %j', (request, message) => {
    expect(() => mapColumns(table, schema, request as Record<string, string>, {})).toThrow(message)
  })

  it('may leave out the parameters that all rows share', () => {
    expect(() => mapColumns(table, schema, { Recipient: 'address' }, { recipient: 'Everybody' })).not.toThrow()
  })
})

it('examples/people.csv is a table with three rows', () => {
  const { columns, rows } = readTable(readFileSync('examples/people.csv'))
  expect(columns).toEqual(['recipient', 'message', 'from', 'address'])
  expect(rows).toHaveLength(3)
})
