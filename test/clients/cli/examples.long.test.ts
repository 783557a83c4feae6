import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERBS } from '../../../clients/cli/verbs.ts'
import { svgToPng } from '../../../src/index.ts'
import { packageRoot } from '../../../src/threads.ts'
import { SVG_FONT } from '../../support/font-file.ts'
import { ServedDaemon } from './daemon.ts'
import { EXAMPLES, type Example } from './examples.ts'

const LAYERS = ['1 black', '2 red'].map(
  (label, i) => `<g inkscape:groupmode="layer" inkscape:label="${label}"><path d="M5 ${5 + 5 * i}H50"/></g>`,
)
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  width="60mm" height="40mm" viewBox="0 0 60 40" fill="none" stroke="black">${LAYERS.join('')}</svg>`

const of = (group: string): Example[] => EXAMPLES.filter(({ verb }) => VERBS[verb]?.group === group)

describe('an example works as printed', () => {
  let daemon: ServedDaemon
  beforeAll(async () => {
    daemon = await ServedDaemon.start('axidraw=sim:ebb?speed=50')
    const write = (name: string, content: string | Uint8Array) => writeFileSync(join(daemon.folder, name), content)
    for (const name of ['drawing.svg', 'in.svg']) write(name, DRAWING)
    for (const name of ['letter.txt', 'poem.txt']) write(name, 'A line\nand another\n')
    write('people.csv', 'recipient,message\nAda,Hello\nBo,Bye\n')
    write('card.json', '{"recipient": "Ada", "message": "Hello"}')
    write('ada.jpg', await svgToPng(DRAWING, { width: 64 })) // the content says what it is
    write('my-hand.svg', SVG_FONT)
    await daemon.json('pattern', 'spiral', '--wait')
  })
  afterAll(() => daemon.stop())

  /** The line in a shell, in a folder with the files that it names. */
  function shell(line: string, ...more: readonly string[]): number {
    const main = join(packageRoot, 'dist/clients/cli/main.js')
    const [first = '', ...rest] = line.split(/(?= [<>|] )/)
    const script = `plotd() { "${process.execPath}" "${main}" "$@"; }; plotd ${[first, ...more].join(' ')}${rest.join('')} >/dev/null`
    try {
      const env = { ...process.env, PLOTD_STATE: join(daemon.folder, 'state'), COLUMNS: '100' }
      execFileSync('bash', ['-c', script], { cwd: daemon.folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
      return 0
    } catch (thrown) {
      const { status, stderr } = thrown as { status: number; stderr: Buffer }
      if (status !== 1 || !line.startsWith('fonts check')) console.error(line, String(stderr))
      return status
    }
  }

  it.each(of('make'))('plotd $line', ({ line }) => {
    expect(shell(line, '--dry-run')).toBe(0)
  })

  it.each(of('look').filter(({ verb }) => verb !== 'simulate'))('plotd $line', ({ line }) => {
    // it exits with 1: no font has a cake
    expect(shell(line)).toBe(line.startsWith('fonts check') ? 1 : 0)
  })
})
