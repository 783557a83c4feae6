import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { barFontFile, strokeFontFile } from './stroke-font.ts'

/**
 * Fonts for a browser that has no others: the stroke font alone, as lines and as bars, in a folder of its own. What it lacks is then blank in
 * both pictures, and no document needs a style sheet that its selectors could see.
 *
 * @returns the variables that a browser is to be started with, and the folder, for whoever removes it
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
