import { filled, type HostileDocument, nested } from './make.ts'

const made = (name: string, document: HostileDocument['document']): HostileDocument => ({
  format: 'markdown',
  name,
  document,
})

/** Texts whose marks nest, or stay open. */
export const TEXTS: readonly HostileDocument[] = [
  made('quotations in each other', (size) => `${'> '.repeat(size / 2)}x`),
  made('lists in one line', (size) => `${'- '.repeat(size / 2)}x`),
  made('lists in each other', (size) => {
    const deep = Math.floor(Math.sqrt(size))
    return Array.from({ length: deep }, (_, i) => `${'  '.repeat(i)}- x\n`).join('')
  }),
  made('brackets that stay open', (size) => '['.repeat(size)),
  made('brackets in each other', (size) => nested(size, '[', 'x', '](y)')),
  made('pictures that stay open', (size) => '!['.repeat(size / 2)),
  made('emphasis that stays open', (size) => '*a '.repeat(size / 3)),
  made('emphasis that never opens', (size) => 'a** '.repeat(size / 4)),
  made('emphasis in each other', (size) => nested(size, '*a **b ', 'x', ' c** d*')),
  made('underscores', (size) => '_'.repeat(size)),
  made('stars', (size) => `x${'*'.repeat(size)}x`),
  made('strikes that stay open', (size) => '~~a '.repeat(size / 4)),
  made('code of every length', (size) => filled(size, (i) => `${'`'.repeat(1 + (i % 400))} `)),
  made('ticks', (size) => '`a'.repeat(size / 2)),
  made('fences that stay open', (size) => '```\n~~~\n'.repeat(size / 8)),
  made('tags that stay open', (size) => '<a href="'.repeat(size / 9)),
  made('comments that stay open', (size) => '<!--'.repeat(size / 4)),
  made('tags', (size) => '<'.repeat(size)),
  made('addresses', (size) => 'www.a.'.repeat(size / 6)),
  made('addresses of mail', (size) => `${'a.'.repeat(size / 2)}@b`),
  made('links that stay open', (size) => '[a](<b'.repeat(size / 6)),
  made('links with round brackets', (size) => `[a](${'('.repeat(size)}`),
  made('references', (size) => filled(size, (i) => `[a${i}]: x\n[a${i}]\n`)),
  made('references that never end', (size) => filled(size, () => '[a]: x "y\n')),
  made(
    'a table of columns',
    (size) => `|${'a|'.repeat(size / 8)}\n|${'-|'.repeat(size / 8)}\n${`|${'b|'.repeat(size / 8)}\n`.repeat(2)}`,
  ),
  made('a table of rows', (size) => `|a|b|\n|-|-|\n${'|x|y|\n'.repeat(size / 6)}`),
  made('headings', (size) => '# a\n'.repeat(size / 4)),
  made('rules', (size) => '---\n'.repeat(size / 4)),
  made('blanks', (size) => `a${' '.repeat(size)}b`),
  made('tabs', (size) => `a${'\t'.repeat(size)}\n\n${'\t'.repeat(size)}b`),
  made('empty lines', (size) => `a${'\n'.repeat(size)}b`),
  made('entities', (size) => '&amp;'.repeat(size / 5)),
  made('escapes', (size) => '\\*'.repeat(size / 2)),
  made('numbers of a list', (size) => filled(size, (i) => `${i}. a\n`)),
  made('a letter with accents without end', (size) => `# a\n\na${'\u0301'.repeat(size / 2)}`),
  made('one word', (size) => 'W'.repeat(size)),
  made('letters from right to left', (size) => 'שלום ('.repeat(size / 12)),
]
