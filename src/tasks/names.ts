/** Names that Windows keeps for devices, with or without an ending. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i
const MOST_BYTES = 100

/**
 * Part of a file name that every file system takes and a person still reads: letters and digits of any script stay,
 * everything else becomes a dash. Never empty, never a path, never a reserved or hidden name, at most 100 bytes long.
 */
export function safeName(text: string): string {
  const plain = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}_.-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/-{2,}/g, '-')
  const name = shortened(plain).replace(/^[-._]+|[-._]+$/g, '')
  if (name === '') return 'unnamed'
  return RESERVED.test(name.replace(/\..*$/, '')) ? `${name}-` : name
}

/** Cut between characters (a base with its combining marks), counted in UTF-8, as file systems count. */
function shortened(text: string): string {
  if (3 * text.length <= MOST_BYTES) return text // UTF-8 takes at most three bytes for a UTF-16 unit
  const bytes = new TextEncoder()
  let [kept, size] = ['', 0]
  for (const { segment } of new Intl.Segmenter('und').segment(text)) {
    size += bytes.encode(segment).length
    if (size > MOST_BYTES) break
    kept += segment
  }
  return kept
}
