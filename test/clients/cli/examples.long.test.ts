import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERBS } from '../../../clients/cli/verbs.ts'
import { svgToPng } from '../../../src/index.ts'
import { packageRoot } from '../../../src/threads.ts'
import { SVG_FONT } from '../../support/font-file.ts'
import { sample } from '../../support/fuzz.ts'
import { pdfFile } from '../../support/pdf-file.ts'
import { ServedDaemon } from './daemon.ts'
import { EXAMPLES, type Example, wordsOf } from './examples.ts'

const execute = promisify(execFile)

const LAYERS = ['1 black', '2 red'].map(
  (label, i) => `<g inkscape:groupmode="layer" inkscape:label="${label}"><path d="M5 ${5 + 5 * i}H50"/></g>`,
)
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  width="60mm" height="40mm" viewBox="0 0 60 40" fill="none" stroke="black">${LAYERS.join('')}</svg>`

const examplesIn = (group: string): Example[] => EXAMPLES.filter(({ verb }) => VERBS[verb]?.group === group)

describe('an example in the help of a verb', () => {
  let daemon: ServedDaemon
  beforeAll(async () => {
    daemon = await ServedDaemon.start('axidraw=sim:ebb?speed=50')
    const write = (name: string, content: string | Uint8Array) => writeFileSync(join(daemon.folder, name), content)
    mkdirSync(join(daemon.folder, 'cards'))
    for (const name of ['drawing.svg', 'in.svg', 'card.svg', 'cards/ada.svg']) write(name, DRAWING)
    write('poster.svg', DRAWING.replace('width="60mm" height="40mm"', 'width="600mm" height="400mm"'))
    write('letter.pdf', pdfFile(['10 10 m 90 90 l S', '10 90 m 90 10 l S']))
    write('guests.csv', 'Guest,Table\nAda,1\nBo,2\n')
    for (const name of ['letter.txt', 'poem.txt']) write(name, 'A line\nand another\n')
    const PEOPLE = ['Ada,Hello,"12 Elm Road\nLondon"', 'Bo,Bye,"Dam 1\nAmsterdam"']
    write('people.csv', `recipient,message,address\n${PEOPLE.join('\n')}\n`)
    for (const name of ['address.txt', 'sender.txt']) write(name, '12 Elm Road\nLondon\n')
    write('card.json', '{"recipient": "Ada", "message": "Hello"}')
    write('ada.jpg', await svgToPng(DRAWING, { width: 64 })) // a PNG: plotd reads the kind from the content
    write('my-hand.svg', SVG_FONT)
    await daemon.json('pattern', 'spiral', '--wait')
    process.chdir(daemon.folder)
  })
  afterAll(async () => {
    process.chdir(packageRoot)
    await daemon.stop()
  })

  /** Runs an example in the daemon's folder, which holds the files that the example names. @returns the exit code */
  async function run(line: string, ...more: readonly string[]): Promise<number> {
    if (/[<>|*$]/.test(line)) return shell(line, ...more)
    const { code, err } = await daemon.run([...wordsOf(line), ...more], { COLUMNS: '100' })
    if (code !== 0 && !line.startsWith('fonts check')) console.error(line, err)
    return code ?? 1
  }

  /** Runs the line in a shell, in a folder with the files that the line names. @returns the exit code */
  async function shell(line: string, ...more: readonly string[]): Promise<number> {
    const main = join(packageRoot, 'dist/clients/cli/main.js')
    const [first = '', ...rest] = line.split(/(?= [<>|] )/)
    const script = `plotd() { "${process.execPath}" "${main}" "$@"; }; plotd ${[first, ...more].join(' ')}${rest.join('')} >/dev/null`
    try {
      const env = { ...process.env, PLOTD_STATE: join(daemon.folder, 'state'), COLUMNS: '100' }
      await execute('bash', ['-c', `{ ${script}; } </dev/null`], { cwd: daemon.folder, env })
      return 0
    } catch (thrown) {
      const { code, stderr } = thrown as { code: number; stderr: string }
      if (code !== 1 || !line.startsWith('fonts check')) console.error(line, stderr)
      return code
    }
  }

  it.each(sample(examplesIn('make'), 30, 30))('runs with --dry-run: plotd $line', async ({ line }) => {
    expect(await run(line, '--dry-run')).toBe(0)
  })

  // Leaves out the examples that do not end by themselves (the simulator, and the page on which a user writes an
  // alphabet), and the examples whose files are not here.
  const ENDING = examplesIn('look').filter(
    ({ verb, line }) => verb !== 'simulate' && !/^fonts (write|add|thin) /.test(line),
  )
  it.each(ENDING)('runs as printed: plotd $line', async ({ line }) => {
    // `fonts check` exits with 1: no font has a glyph for a cake
    expect(await run(line)).toBe(line.startsWith('fonts check') ? 1 : 0)
  })
})
