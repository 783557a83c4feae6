import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServedDaemon } from './daemon.ts'

let daemon: ServedDaemon
beforeAll(async () => {
  daemon = await ServedDaemon.start()
})
afterAll(async () => {
  await daemon.stop()
})

describe('a text from the command line', () => {
  it('is checked with --dry-run, and nothing is queued', async () => {
    const newest = () => daemon.json('list', '--limit', '1')
    const before = await newest()
    const { code, out } = await daemon.run(['postcard', 'Ada', 'Bravo ☃ ☃', '--dry-run'])
    expect(code).toBe(0)
    const path = join(daemon.folder, 'output/postcards/postcard_Ada_blank.svg')
    expect(out.startsWith(`Checked postcard "Blank for Ada"  →  ${path}\n`)).toBe(true)
    expect(out).toContain('no font here has “☃” (U+2603, character 7, 2 times); it is left out\nNothing was queued.')
    expect((await daemon.run(['postcard', 'Ada', '☃', '--dry-run', '--strict'])).code).toBe(2)
    expect((await daemon.run(['postcard', 'Ada', 'word '.repeat(590), '--size', 'a6', '--dry-run'])).code).toBe(2)
    expect(await daemon.json('text', 'hi', '--dry-run')).toMatchObject([{ title: 'Text “hi”', warnings: [] }])
    expect(await newest()).toEqual(before)
  })

  it('with --fit needs a width and a height, a path, or a page', async () => {
    await daemon.json('text', 'SOON', '--fit', '--width', '148', '--height', '105', '--hold')
    const [fitted] = await daemon.json('show', 'last')
    expect(fitted).toMatchObject({ params: { fit: true, width: 148 } })
    expect(fitted?.['plot']).toBeUndefined()
    const toPage = await daemon.run(['text', 'SOON', '--fit', '--page', 'a6', '--hold'])
    expect(toPage.err).toContain('No plotter is configured') // --page asks for ink
    for (const half of [[], ['--width', '100']]) {
      const { code, err } = await daemon.run(['text', 'SOON', '--fit', ...half])
      expect([code, err]).toEqual([2, expect.stringMatching(/fit.*expected .*width and .*height/)])
    }
    expect((await daemon.run(['text', 'SOON', '--fit'])).err).toContain('--path')
  })

  it('is printed without the characters that control a terminal', async () => {
    await daemon.json('text', 'a\u001b[2Jb\u202Ec', '--hold')
    const { out } = await daemon.run(['list'])
    expect(out).toContain('“abc”')
    const { err } = await daemon.run(['text', 'a\u0007b', '--hold'])
    expect(err).toContain('no font here has U+0007 (character 2)')
  })
})

describe('a flag about a table', () => {
  it.each(['--map a=b', '--preview-row 3'])('%s is refused without --csv', async (flag) => {
    const { code, err } = await daemon.run(['postcard', 'Ada', 'Hi', ...flag.split(' ')])
    expect([code, err]).toEqual([2, expect.stringContaining('expected --csv FILE')])
  })
})
