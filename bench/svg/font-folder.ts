import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { barFontFile, strokeFontFile } from './stroke-font.ts'

/**
 * Makes a folder with two files of the stroke font: its letters as lines, and as bars. A browser with the returned
 * environment finds no other fonts. So a character that the font lacks stays blank in the browser, as in plotd.
 *
 * @returns the environment of the browser, and the folder, which the caller removes
 */
export function strokeFontsOnly(): { readonly folder: string; readonly env: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'plotd-fonts-'))
  const config = join(folder, 'fonts.conf')
  writeFileSync(join(folder, 'strokes.ttf'), strokeFontFile())
  writeFileSync(join(folder, 'bars.ttf'), barFontFile())
  writeFileSync(config, `<fontconfig><dir>${folder}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`)
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { folder, env: { ...Object.fromEntries(inherited), FONTCONFIG_FILE: config } }
}
