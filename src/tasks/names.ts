import { beginningOf } from '../values.ts'

/** Names that Windows reserves for devices, with or without an ending. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i
const MAX_BYTES = 100

/**
 * A legible part of a file name that every file system accepts. Letters and digits of any script stay, and so do
 * underscores and dots between them. Several dots in a row become one dot. Everything else becomes a dash, or is
 * removed at the ends. The result is never empty, a path, or a reserved or hidden name, and has at most 101 bytes in
 * UTF-8.
 */
export function safeName(text: string): string {
  const plain = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}_.-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/-{2,}/g, '-')
  const name = shorten(plain).replace(/^[-._]+|[-._]+$/g, '')
  if (name === '') return 'unnamed'
  const [stem = '', ...rest] = name.split('.')
  return RESERVED.test(stem) ? [`${stem}-`, ...rest].join('.') : name
}

/** The first words of a text, for a title. */
export function firstWords(text: string, most = 32): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length <= most ? line : `${beginningOf(line, most).replace(/\s\S*$/, '')}…`
}

/** Cuts a text between graphemes, at `MAX_BYTES` of UTF-8. */
function shorten(text: string): string {
  if (3 * text.length <= MAX_BYTES) return text // a UTF-16 unit has at most three bytes in UTF-8
  const bytes = new TextEncoder()
  let head = ''
  let size = 0
  for (const { segment } of new Intl.Segmenter('und').segment(text)) {
    size += bytes.encode(segment).length
    if (size > MAX_BYTES) break
    head += segment
  }
  return head
}
