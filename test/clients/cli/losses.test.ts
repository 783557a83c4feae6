import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServedDaemon } from './daemon.ts'

const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm" viewBox="0 0 60 40" fill="none" stroke="black">
  <rect x="5" y="5" width="20" height="20"/><image href="x.png" width="5" height="5"/>
  <path d="M50 30H90"/></svg>`
const WHOLE = DRAWING.replace(/<image.*\/>\n.*<\/svg>/, '</svg>')
const RED = '\u001b[31m'

describe('what will not be drawn', () => {
  let daemon: ServedDaemon
  let file = ''
  let whole = ''
  beforeAll(async () => {
    daemon = await ServedDaemon.start('fast=sim:ebb?speed=50')
    file = join(daemon.folder, 'two.svg')
    whole = join(daemon.folder, 'whole.svg')
    writeFileSync(file, DRAWING)
    writeFileSync(whole, WHOLE)
  })
  afterAll(() => daemon.stop())

  it.each([
    ['preview', '--no-picture'],
    ['prepare', '-o', '/dev/null'],
  ])('is listed by `plotd %s` of a file, in red, and refused with --strict', async (verb, ...flags) => {
    const { code, out, err } = await daemon.run([verb, file, ...flags], { FORCE_COLOR: '1' })
    expect(code).toBe(0)
    const output = out + err
    expect(output).toMatch(/Will not be drawn[\s\S]*1 image[\s\S]*30 mm of ink outside the page/)
    expect(output).toContain(`${RED}Will not be drawn`)
    const strict = await daemon.run([verb, file, ...flags, '--strict'])
    expect([strict.code, strict.err]).toEqual([1, expect.stringMatching(/ERR_STRICT[\s\S]*image/)])
    const fine = await daemon.run([verb, whole, ...flags, '--strict'])
    expect([fine.code, fine.out + fine.err]).toEqual([0, expect.not.stringContaining('Will not be drawn')])
  })

  it.each([
    ['prepare', 'two.png', '.svg'],
    ['prepare', 'two.gcode', '.svg'],
    ['preview', 'two.pdf', '.png or .svg'],
  ])('`plotd %s` refuses to write an SVG into %s', async (verb, name, expected) => {
    const output = join(daemon.folder, name)
    const { code, err } = await daemon.run([verb, file, '-o', output])
    expect([code, err]).toEqual([2, expect.stringContaining(`expected a name that ends in ${expected}`)])
    expect(existsSync(output)).toBe(false)
  })

  it.each([
    ['fonts', '--sheet'],
    ['simulate --for 0 --tcp 0', '--ink'],
  ])('`plotd %s %s` refuses to write an SVG into a PNG file', async (words, flag) => {
    const picture = join(daemon.folder, `${flag}.png`)
    const { code, err } = await daemon.run([...words.split(' '), flag, picture])
    expect([code, err]).toEqual([2, expect.stringContaining(`${flag} ${picture}: expected a name that ends in .svg`)])
    expect(existsSync(picture)).toBe(false)
  })

  it.each(['preview', 'plot'])(
    '`plotd %s` refuses the flags of a fill without --fill, and with --fill none',
    async (verb) => {
      for (const flags of [
        ['--fill-spacing', '2'],
        ['--fill-angle', '30', '--fill', 'none'],
      ]) {
        const { code, err } = await daemon.run([verb, whole, ...flags])
        expect([code, err]).toEqual([2, expect.stringContaining(`${flags[0]} needs --fill`)])
      }
    },
  )

  it('is listed in correct plurals', async () => {
    const many = join(daemon.folder, 'many.svg')
    const far = '<path d="M0 0H1e12"/>'
    const clip = '<clipPath id="c"><text y="20">AB</text></clipPath><path clip-path="url(#c)" d="M0 15H9"/>'
    writeFileSync(
      many,
      WHOLE.replace(
        '</svg>',
        `<use href="#a"/><use href="#b"/>${far}${far}${clip}<image href="a"/><image href="b"/></svg>`,
      ),
    )
    const [{ losses = [] } = {}] = (await daemon.json('preview', many)) as { losses?: string[] }[]
    expect(losses.join('; ')).toMatch(/2 uses of a missing element \(#a\).*2 images/)
    expect(losses.join('; ')).toContain('2 strokes beyond 1 km')
    expect(losses.join('; ')).toContain('2 texts in a clip path (')
  })

  it('is part of the JSON of prepare and preview', async () => {
    for (const words of [
      ['preview', file],
      ['prepare', file],
    ])
      expect((await daemon.json(...words))[0]).toMatchObject({
        losses: [expect.stringContaining('image'), expect.stringContaining('outside the page')],
      })
  })

  it('is listed after a submit and by --dry-run, once by --wait, and refused with --strict', async () => {
    for (const flags of [['--hold'], ['--dry-run']]) {
      const { code, out, err } = await daemon.run(['plot', file, ...flags])
      expect([code, out + err]).toEqual([
        0,
        expect.stringMatching(/Will not be drawn[\s\S]*1 × image[\s\S]*outside the page/),
      ])
      const { code: refused, err: why } = await daemon.run(['plot', file, ...flags, '--strict'])
      expect([refused, why]).toEqual([1, expect.stringMatching(/ERR_STRICT[\s\S]*image/)])
    }
    const { err } = await daemon.run(['svg', file, '--wait'])
    expect(err.match(/1 × image/g)).toHaveLength(1)
    expect((await daemon.run(['plot', whole, '--hold', '--strict'])).code).toBe(0)
  })

  it('is listed when a job is queued again, and for the rows of a table', async () => {
    await daemon.run(['text', 'Hello ☃', '--hold'])
    expect((await daemon.run(['again', 'last'])).err).toMatch(/Will not be drawn\n.*☃/)
    const csv = 'recipient,message\nAda,Hello ☃\nBo,Привет\n'
    const { out } = await daemon.run(['postcard', '--csv', '-', '--bad-rows', 'draw', '--dry-run'], {}, csv)
    expect(out).toMatch(/Will not be drawn\n.*row 2: .*☃[\s\S]*Note: row 3: /)
  })

  it('is distinguished from notes, which are dimmed', async () => {
    const { err } = await daemon.run(['text', 'Привет ☃', '--hold'], { FORCE_COLOR: '1' })
    expect(err).toMatch(/Will not be drawn[\s\S]*☃/)
    expect(err.split('Will not be drawn')[1]).toMatch(/Note: /)
    expect(err).toContain('\u001b[2mNote: ')
  })

  it('is shown by `plotd show` and `plotd preview` of a job', async () => {
    await daemon.json('svg', file, '--wait')
    for (const words of [
      ['show', 'last'],
      ['preview', 'last', '--no-picture'],
    ])
      expect((await daemon.run(words)).out, words[0]).toMatch(/Will not be drawn[\s\S]*image/)
  })
})
