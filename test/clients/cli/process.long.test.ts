import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ERRORS } from '../../../src/errors.ts'
import { inkLength, readSvg } from '../../../src/index.ts'
import { removeFolder } from '../../support/remove-folder.ts'
import { CLI, plotd, plotdProcess } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'plotd-cli-'))
afterAll(() => removeFolder(folder))

/** No program listens at port 9 of this computer. */
const AWAY = { PLOTD_URL: 'http://127.0.0.1:9', PLOTD_STATE: folder }

const SQUARE = `<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="40mm" viewBox="0 0 50 40">
  <path d="M5 5H45V35H5Z" fill="none" stroke="black"/><image href="x.png" width="5" height="5"/></svg>`

describe('plotd without a verb', () => {
  it('prints its help', async () => {
    const { code, out } = await plotd([])
    expect(code).toBe(0)
    expect(out).toMatch(/^plotd keeps a queue of drawings/)
  })

  it('prints its version with --version', async () => {
    expect((await plotd(['--version'])).out).toMatch(/^plotd \d+\.\d+\.\d+\n$/)
  })
})

describe('an invalid command line', () => {
  it('is answered with the nearest verb, exit code 2, and nothing on stdout', async () => {
    const { code, out, err } = await plotdProcess(['lsit'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain("There is no verb 'lsit'. Did you mean `plotd list`?")
  })

  it('is answered with the nearest flag', async () => {
    const { code, err } = await plotd(['list', '--lmit', '3'])
    expect(code).toBe(2)
    expect(err).toContain('There is no flag --lmit. Did you mean `--limit`?')
  })

  it('is answered with the expected operands', async () => {
    const { code, err } = await plotd(['cancel'])
    expect(code).toBe(2)
    expect(err).toContain('Expected ids, the ends of ids, `last`, or --all')
  })
})

describe('a daemon that does not run', () => {
  it.each([['list'], ['show', 'last'], ['postcard', 'Ada', 'Hello'], ['watch'], ['ready']])(
    'makes `plotd %s` exit with code 3 and name the command that starts a daemon',
    async (...words) => {
      const { code, out, err } = await plotd(words, AWAY)
      expect([code, out]).toEqual([3, ''])
      expect(err).toContain('ERR_DAEMON_AWAY')
      expect(err).toContain('plotd serve')
    },
  )

  it('is reported to programs as one JSON line', async () => {
    const { code, out, err } = await plotd(['list', '--json'], AWAY)
    expect([code, out]).toEqual([3, ''])
    const { error } = JSON.parse(err)
    expect(Object.keys(ERRORS)).toContain(error.code)
    expect(error).toMatchObject({ code: 'ERR_DAEMON_AWAY', remedy: expect.stringContaining('plotd serve') })
  })
})

describe('colour', () => {
  const sequence = '\u001b['

  it('is not written when the output is no terminal', async () => {
    expect((await plotd([])).out).not.toContain(sequence)
  })

  it('is written with FORCE_COLOR, but not when NO_COLOR is set, too', async () => {
    expect((await plotd([], { FORCE_COLOR: '1' })).out).toContain(sequence)
    expect((await plotd([], { FORCE_COLOR: '1', NO_COLOR: '1' })).out).not.toContain(sequence)
  })
})

describe('the command line without a daemon', () => {
  const file = join(folder, 'square.svg')
  writeFileSync(file, SQUARE)

  it('previews a drawing: its size, the length of its ink, and what will not be drawn', async () => {
    const { code, out } = await plotd(['preview', file, '--no-picture'], AWAY)
    expect(code).toBe(0)
    expect(out).toContain('50 × 40 mm')
    expect(out).toMatch(/down +140 mm/)
    expect(out).toMatch(/Will not be drawn\n +1 image/)
  })

  it('names each character that no font has, once, with how often it occurs', async () => {
    const text = SQUARE.replace('</svg>', '<text x="2" y="20" font-size="8">a☃b🎂☃</text></svg>')
    const { out } = await plotd(['preview', '-', '--no-picture'], AWAY, text)
    expect(out).toContain(
      '“☃” (U+2603), 2 times: no installed font has it\n  “🎂” (U+1F382), 1 time: no installed font has it',
    )
    expect(out.match(/☃/g)).toHaveLength(1)
  })

  it('previews in JSON, from stdin, and writes a PNG', async () => {
    const picture = join(folder, 'square.PNG')
    const { out } = await plotd(['preview', '-', '--json', '-o', picture], AWAY, SQUARE)
    expect(JSON.parse(out)).toMatchObject({ widthMm: 50, heightMm: 40, strokes: 1, penDownMm: 140, lifts: 1, picture })
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG')
  })

  it('fails for a loss with --strict', async () => {
    const { code, err } = await plotd(['preview', file, '--strict'], AWAY)
    expect(code).toBe(1)
    expect(err).toContain('ERR_STRICT')
  })

  it('reads a file only within the configured limits', async () => {
    const deep = join(folder, 'deep.svg')
    const [open, close] = ['<g>'.repeat(520), '</g>'.repeat(520)]
    writeFileSync(deep, `<svg xmlns="http://www.w3.org/2000/svg">${open}<path d="M0 0h9"/>${close}</svg>`)
    const refused = await plotd(['preview', deep, '--no-picture'], AWAY)
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('ERR_SVG_LIMIT')])
    const raised = { ...AWAY, PLOTD_SVG_DEPTH: '600' }
    expect((await plotd(['preview', deep, '--no-picture'], raised)).code).toBe(0)
    expect((await plotd(['prepare', deep], raised)).code).toBe(0)
    const lowered = await plotd(['preview', file], { ...AWAY, PLOTD_SVG_ELEMENTS: '2' })
    expect(lowered.err).toContain('more than 2 elements')
  })

  it('prepares a drawing for the pen', async () => {
    const { code, out, err } = await plotd(['prepare', file, '--page', 'a6', '--fit'], AWAY)
    expect(code).toBe(0)
    expect(out).toMatch(/<svg[\s\S]*width="105mm"[\s\S]*<\/svg>\n?$/)
    expect(err).toMatch(/^1 stroke, about/)
  })

  it('reads a drawing as the svg task would: filled, with covered lines hidden, colours as layers', async () => {
    const two = join(folder, 'two.svg')
    writeFileSync(
      two,
      '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="100mm" viewBox="0 0 100 100">' +
        '<rect width="40" height="40" fill="red"/><rect x="20" y="20" width="40" height="40" fill="blue"/></svg>',
    )
    const flags = ['--fill', 'hatch', '--fill-spacing', '5', '--hide', '--layers-by', 'color']
    const preview = JSON.parse((await plotd(['preview', two, '--json', ...flags], AWAY)).out)
    const drawn = readSvg(readFileSync(two), { fill: { mode: 'hatch', spacing: 5 }, hide: true, layers: 'color' })
    expect(preview.layers).toHaveLength(2)
    expect(preview.penDownMm).toBeCloseTo(inkLength(drawn.drawing), 1)
    const { out } = await plotd(['prepare', two, ...flags], AWAY)
    expect(inkLength(readSvg(out).drawing)).toBeCloseTo(preview.penDownMm, 1)
  })

  it('names a file that does not exist', async () => {
    const { code, err } = await plotd(['preview', join(folder, 'nowhere.svg')], AWAY)
    expect(code).toBe(1)
    expect(err).toContain('nowhere.svg')
  })
})

describe('plotd fonts', () => {
  it('checks a text: it lists each character without a glyph of its own, by code point and place', async () => {
    const { code, out } = await plotd(['fonts', 'check', 'Zoë ☺', '🎂', '--font', 'rowmans'])
    expect(code).toBe(1)
    expect(out.split('\n')).toEqual([
      'In rowmans:',
      '  “ë” (U+00EB, line 1, character 3) is put together from strokes of the font',
      '  “☺” (U+263A, line 1, character 5) is drawn as “:-)”',
      '  “🎂” (U+1F382, line 1, character 7) is not drawn: no installed font has it',
      '',
    ])
    const best = await plotd(['fonts', 'check', 'привет', '--json'])
    expect(best.code).toBe(0)
    expect(JSON.parse(best.out).best[0]).toMatchObject({ font: expect.stringMatching(/^cyril/), own: 6 })
  })

  it('lists a font with a sample, or the fonts that have all requested letters', async () => {
    const { out } = await plotd(['fonts', 'rowmans', '--say', 'Ada'])
    expect(out).toMatch(/rowmans {2}Roman simplex[\s\S]*[\u2801-\u28ff]/)
    const { out: able } = await plotd(['fonts', '--covers', 'привет', '--json'])
    const names = able
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).name)
    expect(names).toContain('cyrilc_1')
    expect(names).not.toContain('gothiceng')
  })

  it('finds no font for a style that no font has, or for letters that the named font lacks', async () => {
    expect((await plotd(['fonts', '--style', 'cubist'])).out).toBe('No font matches.\n')
    expect((await plotd(['fonts', 'rowmans', '--covers', 'привет'])).out).toMatch(/^No font matches\. `plotd text`/)
  })

  it('exits with code 5 and suggests the nearest name for a font that does not exist', async () => {
    const { code, err } = await plotd(['fonts', 'rowmanz'])
    expect(code).toBe(5)
    expect(err).toContain('Did you mean')
  })
})

describe('completion', () => {
  it('is valid bash that completes verbs, flags, choices and file names', async () => {
    const { out } = await plotd(['completion', 'bash'])
    const ask = (words: string) =>
      spawnSync(
        'bash',
        ['-c', `${out}\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _plotd; echo "\${COMPREPLY[@]}"`],
        {
          encoding: 'utf8',
        },
      ).stdout.trim()
    expect(ask('plotd postc')).toBe('postcard')
    expect(ask('plotd list --sta')).toBe('--status --state')
    expect(ask('plotd pen d')).toBe('down')
    expect(ask(`plotd batch xmas --report ${CLI.slice(0, -1)}`)).toContain(CLI)
  })

  it.each(['zsh', 'fish'])('for %s has the verbs postcard, doctor and ready', async (shell) => {
    const { code, out } = await plotd(['completion', shell])
    expect(code).toBe(0)
    for (const verb of ['postcard', 'doctor', 'ready']) expect(out).toContain(verb)
  })
})

describe('a reader that closes the pipe early', () => {
  it('causes no error', () => {
    const { stdout, stderr } = spawnSync('bash', ['-c', `"${process.execPath}" "${CLI}" fonts | head -c 10`], {
      encoding: 'utf8',
    })
    expect(stdout).toHaveLength(10)
    expect(stderr).toBe('')
  })
})

describe('a disk without room for the output', () => {
  it.skipIf(!existsSync('/dev/full'))('is named on stderr, with exit code 1', () => {
    const { status, stderr } = spawnSync('bash', ['-c', `"${process.execPath}" "${CLI}" fonts > /dev/full`], {
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([1, expect.stringContaining('stdout could not be written: ENOSPC')])
  })
})
