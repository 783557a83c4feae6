import { fitText, fontNames, layoutText, loadFont, parseFont } from '../src/hershey/index.ts'

const MESSAGE =
  'Dear Ada, thank you for the wonderful evening by the lake. The children still talk about your soup — and about ' +
  '“the fish that sang”. We hope to see you at Christmas!'
const BOX = { width: 90, height: 40 }
/** A card needs a message fitted and a few lines set: so many a second leave the daemon's worker time for the rest. */
const LEAST_CARDS = 200
/** Twenty times the text may take this much longer: costs that grow with the text's length and no faster. */
const MOST_GROWTH = 40

/** How fast text becomes strokes: fonts read, messages laid out, fitted and written by hand, and how it grows. */
export async function run([rounds = '200']: readonly string[]): Promise<void> {
  const n = Number(rounds)
  const started = performance.now()
  for (const { name } of fontNames()) loadFont(name)
  row(`${fontNames().length} fonts read`, performance.now() - started)
  const layout = row(
    'message laid out',
    each(n, () => layoutText(MESSAGE, { size: 4, width: 90 })),
  )
  row(
    '  as a hand',
    each(n, () => layoutText(MESSAGE, { size: 4, width: 90, hand: { seed: 1 } })),
    layout,
  )
  row(
    '  smooth',
    each(n, () => layoutText(MESSAGE, { size: 4, width: 90, smooth: true })),
    layout,
  )
  const fit = row(
    '  fitted to a box',
    each(n, () => fitText(MESSAGE, BOX)),
    layout,
  )
  const long = row(
    '20 messages in one paragraph',
    each(n / 10, () => layoutText(MESSAGE.repeat(20), { size: 4, width: 90 })),
    layout,
  )
  row(
    'a font of one glyph parsed',
    each(n, () => parseFont('    1  3JZRFR[\n', 'one.jhf')),
  )
  const cards = 1000 / fit
  console.log(
    `\n${cards.toFixed(0)} fitted messages/s (at least ${LEAST_CARDS}); growth ${(long / layout).toFixed(1)} × (at most ${MOST_GROWTH})`,
  )
  if (cards < LEAST_CARDS || long / layout > MOST_GROWTH) process.exitCode = 1
}

/** Time of the fastest call, ms: what else the machine does can only add to it. */
function each(rounds: number, call: () => unknown): number {
  const times = Array.from({ length: Math.max(5, Math.round(rounds)) }, () => {
    const start = performance.now()
    call()
    return performance.now() - start
  })
  return Math.min(...times)
}

function row(what: string, ms: number, than?: number): number {
  const ratio = than === undefined ? '' : `${(ms / than).toFixed(1)} ×`
  console.log(`${what.padEnd(32)} ${ms.toFixed(3).padStart(9)} ms  ${ratio}`)
  return ms
}
