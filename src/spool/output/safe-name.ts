/** Names that Windows reserves for devices, with any ending. */
const RESERVED = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]) *(\..*)?$/i
const TRAILING = /[.\s]+$/
const MAX_BYTES = 120

/**
 * @returns a file name for every system, close to `text`. The name has no path separators, wildcards, control or format
 *   characters, leading dots or dashes, trailing dots or spaces, and is no device name. The name is composed (NFC) and
 *   has at most 120 bytes.
 */
export function safeName(text: string): string {
  const cleaned = text
    .replace(/\p{Cf}/gu, '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*\ufffd]/gu, '_')
    .trim()
    .replace(/^[.-]+/, '_')
    .replace(TRAILING, '')
  const name = shorten(cleaned === '' ? 'unnamed' : cleaned)
  return RESERVED.test(name) ? shorten(`_${name}`) : name
}

/** Cuts whole characters off the stem, and keeps the ending. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name
  const { stem, ending } = splitName(name)
  let shortened = ''
  for (const char of stem) {
    if (Buffer.byteLength(shortened + char + ending) > MAX_BYTES) break
    shortened += char
  }
  return shortened.replace(TRAILING, '') + ending
}

/** 'card.svg' → 'card' and '.svg'. */
export function splitName(name: string): { readonly stem: string; readonly ending: string } {
  const [, stem = name, ending = ''] = /^(.+?)(\.[A-Za-z0-9]{1,8})?$/s.exec(name) ?? []
  return { stem, ending }
}
