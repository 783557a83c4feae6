import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { checkOutputName, writeOutput } from '../../../src/spool/output/output.ts'
import { safeName } from '../../../src/spool/output/safe-name.ts'
import { anyText } from '../../support/any-text.ts'
import { runs } from '../../support/fuzz.ts'
import { tempFolder } from '../../support/temp-folder.ts'

function codeOr(write: () => string): string {
  try {
    return write()
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('writing a file below the output folder', () => {
  it('creates missing folders, and leaves no temporary file', () => {
    const folder = tempFolder()
    expect(writeOutput(folder, 'postcards/ada.svg', '<svg/>')).toBe('postcards/ada.svg')
    expect(readFileSync(join(folder, 'postcards/ada.svg'), 'utf8')).toBe('<svg/>')
    expect(readdirSync(join(folder, 'postcards'))).toEqual(['ada.svg'])
  })

  it('never overwrites another file of the same name', () => {
    const folder = tempFolder()
    const names = ['one', 'two', 'three'].map((text) => writeOutput(folder, 'card.svg', text))
    expect(names.sort()).toEqual(['card-2.svg', 'card-3.svg', 'card.svg'])
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(texts.sort()).toEqual(['one', 'three', 'two'])
  })

  it('keeps a file of the same name and the same bytes', () => {
    const folder = tempFolder()
    writeOutput(folder, 'card.svg', 'one')
    expect(writeOutput(folder, 'card.svg', 'one')).toBe('card.svg')
    expect(readdirSync(folder)).toEqual(['card.svg'])
  })

  it('copies the text once, however many files have the name', () => {
    const folder = tempFolder()
    for (let i = 0; i < 10; i++) writeOutput(folder, 'card.svg', `${i}`)
    const copies = vi.spyOn(Buffer, 'from')
    expect(writeOutput(folder, 'card.svg', 'another')).toBe('card-11.svg')
    expect(copies.mock.calls.filter(([value]) => (value as unknown) === 'another')).toHaveLength(1)
    copies.mockRestore()
  })

  it('replaces the file that the same job wrote before', () => {
    const folder = tempFolder()
    writeOutput(folder, 'card.svg', 'of another job')
    const mine = writeOutput(folder, 'card.svg', 'first try')
    expect(writeOutput(folder, 'card.svg', 'second try', { replaces: mine })).toBe(mine)
    expect(readFileSync(join(folder, mine), 'utf8')).toBe('second try')
    expect(readFileSync(join(folder, 'card.svg'), 'utf8')).toBe('of another job')
  })

  it.each(['cards/', 'cards\\'])('accepts no folder in place of a file: %s', (path) => {
    expect(() => checkOutputName(path)).toThrow('it names a folder: expected a file, such as cards')
  })

  it.each(['../out.svg', 'a/../../out.svg', '..\\out.svg', '/etc/out.svg', 'C:\\out.svg'])('refuses %s', (path) => {
    expect(() => writeOutput(tempFolder(), path, 'x')).toThrow(expect.objectContaining({ code: 'ERR_OUTPUT_PATH' }))
  })

  it('does not follow a link out of the folder', () => {
    const [folder, elsewhere] = [tempFolder(), tempFolder()]
    symlinkSync(elsewhere, join(folder, 'cards'))
    expect(() => writeOutput(folder, 'cards/a.svg', 'x')).toThrow(expect.objectContaining({ code: 'ERR_OUTPUT_PATH' }))
    expect(() => writeOutput(folder, 'cards/deep/a.svg', 'x')).toThrow(
      expect.objectContaining({ code: 'ERR_OUTPUT_PATH' }),
    )
    expect(readdirSync(elsewhere)).toEqual([])
  })

  it('does not replace a link of the same name', () => {
    const [folder, elsewhere] = [tempFolder(), tempFolder()]
    symlinkSync(join(elsewhere, 'victim'), join(folder, 'a.svg'))
    expect(writeOutput(folder, 'a.svg', 'x')).toBe('a-2.svg')
    expect(existsSync(join(elsewhere, 'victim'))).toBe(false)
  })

  it('accepts an output folder that is itself a link', () => {
    const [folder, elsewhere] = [tempFolder(), tempFolder()]
    symlinkSync(elsewhere, join(folder, 'output'))
    writeOutput(join(folder, 'output'), 'a.svg', 'x')
    expect(readdirSync(elsewhere)).toEqual(['a.svg'])
  })

  it('leaves nothing of a file that could not be written', () => {
    const folder = tempFolder()
    const unwritable = { length: 3 } as unknown as Uint8Array
    expect(() => writeOutput(folder, 'a.svg', unwritable)).toThrow(expect.objectContaining({ code: 'ERR_FILE' }))
    expect(readdirSync(folder)).toEqual([])
  })

  it('throws ERR_FILE with the reason when a file has the name of the output folder', () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'output'), 'a file where the folder should be')
    const message = expect.stringMatching(/^a\.svg could not be written: E[A-Z]+: /)
    expect(() => writeOutput(join(folder, 'output'), 'a.svg', 'x')).toThrow(
      expect.objectContaining({ code: 'ERR_FILE', message }),
    )
  })

  it('stays inside the folder for any name', () => {
    const base = tempFolder()
    mkdirSync(join(base, 'output'))
    fc.assert(
      fc.property(anyText({ maxLength: 40 }), (wished) => {
        const written = codeOr(() => writeOutput(join(base, 'output'), wished, wished))
        if (written !== 'ERR_OUTPUT_PATH') expect(existsSync(join(base, 'output', written))).toBe(true)
        expect(readdirSync(base)).toEqual(['output'])
      }),
      runs(100),
    )
  })
})

describe('a safe name', () => {
  it.each([
    ['card.svg', 'card.svg'],
    ['a/b\\c.svg', 'a_b_c.svg'],
    ['für Åsa.svg', 'für Åsa.svg'],
    ['fu\u0308r.svg', 'für.svg'],
    ['CON.svg', '_CON.svg'],
    ['COM¹ .svg', '_COM¹ .svg'],
    ['half\ud83d.svg', 'half_.svg'],
    ['.hidden', '_hidden'],
    ['--help', '_help'],
    ['what? "now"*.svg', 'what_ _now__.svg'],
    ['ends. . ', 'ends'],
    ['tab\tnull\0.svg', 'tab_null_.svg'],
    ['right\u202eto left.svg', 'rightto left.svg'],
    ['fu\u200d\u0308r.svg', 'für.svg'],
    ['blank\u00a0.', 'blank'],
    [`${'a'.repeat(119)}. is too long`, 'a'.repeat(119)],
    [`con${' '.repeat(120)}is too long.svg`, '_con.svg'],
    [`con.${'a'.repeat(120)}`, `_con.${'a'.repeat(115)}`],
    ['', 'unnamed'],
  ])('of %j is %j', (wished, name) => {
    expect(safeName(wished)).toBe(name)
  })

  it('has at most 120 bytes, splits no character, and keeps its ending', () => {
    const name = safeName(`${'Grüße 🖋 '.repeat(40)}.svg`)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(120)
    expect(name).toMatch(/\.svg$/)
    expect(Buffer.from(name).toString()).toBe(name)
  })

  it('does not change when it is made safe again', () => {
    fc.assert(
      fc.property(anyText(), (wished) => {
        const name = safeName(wished)
        expect(safeName(name)).toBe(name)
      }),
      runs(300),
    )
  })
})
