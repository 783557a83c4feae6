import { filled, type HostileDocument, nested } from './make.ts'

const fileOf = (name: string, document: HostileDocument['document']): HostileDocument => ({
  format: 'markdown',
  name,
  document,
})

export const TEXTS: readonly HostileDocument[] = [
  fileOf('nested quotations', (size) => `${'> '.repeat(size / 2)}x`),
  fileOf('lists in one line', (size) => `${'- '.repeat(size / 2)}x`),
  fileOf('nested lists', (size) => {
    const deep = Math.floor(Math.sqrt(size))
    return Array.from({ length: deep }, (_, i) => `${'  '.repeat(i)}- x\n`).join('')
  }),
  fileOf('brackets that stay open', (size) => '['.repeat(size)),
  fileOf('nested brackets', (size) => nested(size, '[', 'x', '](y)')),
  fileOf('pictures that stay open', (size) => '!['.repeat(size / 2)),
  fileOf('emphasis that stays open', (size) => '*a '.repeat(size / 3)),
  fileOf('emphasis that never opens', (size) => 'a** '.repeat(size / 4)),
  fileOf('nested emphasis', (size) => nested(size, '*a **b ', 'x', ' c** d*')),
  fileOf('underscores', (size) => '_'.repeat(size)),
  fileOf('stars', (size) => `x${'*'.repeat(size)}x`),
  fileOf('strikes that stay open', (size) => '~~a '.repeat(size / 4)),
  fileOf('code of every length', (size) => filled(size, (i) => `${'`'.repeat(1 + (i % 400))} `)),
  fileOf('ticks', (size) => '`a'.repeat(size / 2)),
  fileOf('fences that stay open', (size) => '```\n~~~\n'.repeat(size / 8)),
  fileOf('tags that stay open', (size) => '<a href="'.repeat(size / 9)),
  fileOf('comments that stay open', (size) => '<!--'.repeat(size / 4)),
  fileOf('tags', (size) => '<'.repeat(size)),
  fileOf('addresses', (size) => 'www.a.'.repeat(size / 6)),
  fileOf('addresses of mail', (size) => `${'a.'.repeat(size / 2)}@b`),
  fileOf('links that stay open', (size) => '[a](<b'.repeat(size / 6)),
  fileOf('links with round brackets', (size) => `[a](${'('.repeat(size)}`),
  fileOf('references', (size) => filled(size, (i) => `[a${i}]: x\n[a${i}]\n`)),
  fileOf('references that never end', (size) => filled(size, () => '[a]: x "y\n')),
  fileOf(
    'a table of columns',
    (size) => `|${'a|'.repeat(size / 8)}\n|${'-|'.repeat(size / 8)}\n${`|${'b|'.repeat(size / 8)}\n`.repeat(2)}`,
  ),
  fileOf(
    'a table of short rows',
    (size) => `${'a|'.repeat(size / 8)}\n${'-|'.repeat(size / 8)}\n${'a\n'.repeat(size / 4)}`,
  ),
  fileOf('a table of rows', (size) => `|a|b|\n|-|-|\n${'|x|y|\n'.repeat(size / 6)}`),
  fileOf('headings', (size) => '# a\n'.repeat(size / 4)),
  fileOf('rules', (size) => '---\n'.repeat(size / 4)),
  fileOf('metadata with colons', (size) => `---\n${'a: '.repeat(size / 3)}`),
  fileOf('blanks', (size) => `a${' '.repeat(size)}b`),
  fileOf('tabs', (size) => `a${'\t'.repeat(size)}\n\n${'\t'.repeat(size)}b`),
  fileOf('empty lines', (size) => `a${'\n'.repeat(size)}b`),
  fileOf('entities', (size) => '&amp;'.repeat(size / 5)),
  fileOf('escapes', (size) => '\\*'.repeat(size / 2)),
  fileOf('numbers of a list', (size) => filled(size, (i) => `${i}. a\n`)),
  fileOf('a letter with a very long row of accents', (size) => `# a\n\na${'\u0301'.repeat(size / 2)}`),
  fileOf('one word', (size) => 'W'.repeat(size)),
  fileOf('letters from right to left', (size) => 'שלום ('.repeat(size / 12)),
]
