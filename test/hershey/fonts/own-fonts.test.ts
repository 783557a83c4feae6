import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { followFonts } from '../../../src/daemon/own-fonts.ts'
import { addFontFolder } from '../../../src/hershey/fonts/own-fonts.ts'
import {
  addFont,
  addUploadedFont,
  fontFromSvg,
  fontNames,
  hasFont,
  layoutText,
  loadFont,
  notesOn,
  refreshFontFolder,
} from '../../../src/hershey/index.ts'
import { JHF_FONT, SVG_FONT } from '../../support/font-file.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const names = () => fontNames().map(({ name }) => name)

describe('a folder of fonts', () => {
  it('gives the font of each font file by the name of the file, and leaves out hidden files', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'boxes.svg'), SVG_FONT)
    writeFileSync(join(folder, 'Upright.JHF'), JHF_FONT)
    writeFileSync(join(folder, '.hidden.svg'), SVG_FONT)
    writeFileSync(join(folder, 'readme.txt'), 'nothing')
    const { fonts, problems } = await addFontFolder(folder)
    expect(problems).toEqual([])
    expect(fonts.map(({ name }) => name)).toEqual(['Upright', 'boxes'])
    expect(names()).toEqual(expect.arrayContaining(['Upright', 'boxes']))
    expect(layoutText('A', { font: 'BOXES', size: 7 }).bounds).toMatchObject({ minY: -7, maxY: 0 })
    expect(notesOn('Aé', 'boxes')).toMatchObject([{ how: 'lent', char: 'é' }])
  })

  it('reports bad files, a missing folder and names that plotd has already, and adds the other files', async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'dir.svg'))
    writeFileSync(join(folder, 'good.svg'), SVG_FONT)
    writeFileSync(join(folder, 'picture.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    writeFileSync(join(folder, 'scripts.svg'), SVG_FONT)
    const { fonts, problems } = await addFontFolder(folder)
    expect(fonts.map(({ name }) => name)).toEqual(['good'])
    expect(problems.map(({ file, error }) => [file, error.code])).toEqual([
      ['dir.svg', 'ERR_FILE'],
      ['picture.svg', 'ERR_FONT_INVALID'],
      ['scripts.svg', 'ERR_FONT_INVALID'],
    ])
    symlinkSync(join(folder, 'gone'), join(folder, 'link.svg'))
    const { fonts: same, problems: more } = await addFontFolder(folder)
    expect(same).toEqual(fonts)
    expect(more.find(({ file }) => file === 'link.svg')).toMatchObject({ error: { code: 'ERR_FILE' } })
    expect((await addFontFolder(join(folder, 'none'))).problems).toMatchObject([{ error: { code: 'ERR_FILE' } }])
  })

  it.skipIf(process.platform === 'win32')('reports a named pipe and a device, and waits for neither', async () => {
    const folder = tempFolder()
    execFileSync('mkfifo', [join(folder, 'pipe.svg')])
    symlinkSync('/dev/zero', join(folder, 'zero.svg'))
    const { problems } = await addFontFolder(folder)
    expect(problems.map(({ file, error }) => [file, error.code])).toEqual([
      ['pipe.svg', 'ERR_FILE'],
      ['zero.svg', 'ERR_FILE'],
    ])
  })

  it('gives each font only once when the folder is added again', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'mine.svg'), SVG_FONT)
    await addFontFolder(folder)
    expect((await addFontFolder(folder)).problems).toEqual([])
    expect(names().filter((name) => name === 'mine')).toHaveLength(1)
  })
})

describe('a folder that changes', () => {
  it('is read again only after a change, and its fonts lend what no other font has', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tengwar.svg')
    const own = SVG_FONT.replace('</font>', '<glyph unicode="&#xE01C;" horiz-adv-x="500" d="M0 0L100 700"/></font>')
    expect((await refreshFontFolder(folder))?.fonts).toEqual([])
    expect(notesOn('\uE01C', 'rowmans')).toMatchObject([{ how: 'missing' }])
    writeFileSync(file, own)
    expect((await refreshFontFolder(folder))?.fonts.map(({ name }) => name)).toEqual(['tengwar'])
    expect(await refreshFontFolder(folder)).toBeUndefined()
    expect(notesOn('\uE01C', 'rowmans')).toMatchObject([{ how: 'lent', from: 'tengwar' }])
    rmSync(file)
    expect((await refreshFontFolder(folder))?.fonts).toEqual([])
    expect(hasFont('tengwar')).toBe(false)
  })

  it('reports a file that is no longer a font until the file is gone, and forgets its font', async () => {
    const folder = tempFolder()
    const file = join(folder, 'tengwar.svg')
    writeFileSync(file, SVG_FONT)
    expect((await refreshFontFolder(folder))?.fonts.map(({ name }) => name)).toEqual(['tengwar'])
    writeFileSync(file, 'no longer a font')
    expect((await refreshFontFolder(folder))?.problems).toMatchObject([{ file: 'tengwar.svg' }])
    expect(hasFont('tengwar')).toBe(false)
    rmSync(file)
    expect((await refreshFontFolder(folder))?.problems).toEqual([])
  })
})

it('the daemon announces each change of the fonts in a folder that it follows', async () => {
  const folder = tempFolder()
  const announced: number[] = []
  const before = fontNames().length
  const end = await followFonts(folder, pino({ level: 'silent' }), (fonts) => announced.push(fonts))
  expect(announced).toEqual([])
  writeFileSync(join(folder, 'followed.svg'), SVG_FONT)
  await until(() => announced.length > 0)
  expect([announced.at(-1), hasFont('followed')]).toEqual([before + 1, true])
  rmSync(join(folder, 'followed.svg'))
  await until(() => announced.at(-1) === before)
  end()
})

describe('an uploaded font', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')

  it('is named by its hash, and is not listed', async () => {
    for (const source of [SVG_FONT, JHF_FONT]) {
      await addUploadedFont(hash(source), bytes(source))
      expect(loadFont(hash(source)).glyphs.size).toBeGreaterThan(0)
      expect(names()).not.toContain(hash(source))
    }
  })

  it('is forgotten when 16 others came after it', async () => {
    for (let i = 0; i < 17; i++) await addUploadedFont(hash(`${i}`), bytes(SVG_FONT))
    expect([hasFont(hash('0')), hasFont(hash('16'))]).toEqual([false, true])
  })

  it.each(['', 'hello', '<svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', '\u0000\u0001'])(
    'is refused when it holds %j',
    async (source) => {
      await expect(addUploadedFont(hash(source), bytes(source))).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_FONT_INVALID' }),
      )
    },
  )

  it('is refused when it has more than 8 MiB', async () => {
    await expect(addUploadedFont('0'.repeat(64), new Uint8Array((8 << 20) + 1))).rejects.toThrow(/at most 8388608/)
  })
})

it('a user’s font never takes the place of a font of plotd', () => {
  expect(() => addFont(fontFromSvg(SVG_FONT, 'Rowmans'))).toThrow(/a font that ships with plotd has the name Rowmans/)
})
