import { TICKS_PER_MS } from '../../src/plotter/simulators/ebb/motion.ts'
import { type EbbBoard, runSimulator } from '../../src/plotter/simulators/index.ts'
import type { BoardReport } from './board-child.ts'

/**
 * A simulated EBB in a process of its own: its firmware in the first argument, its address on stdout, a report by IPC
 * whenever it is asked. A real board does not share a computer with anybody, this one does: how long it was itself kept
 * from running is no fault of whoever feeds it, and is taken off each gap.
 */
const firmware = (process.argv[2] ?? '2.8.1') as '2.8.1' | '3.0.3'
const simulator = await runSimulator('ebb', { tcp: 0, firmware })
const board = simulator.board as EbbBoard

const BEAT_MS = 1
/** Before a gap: an answer that the board gave late makes the next command late. */
const BEFORE_MS = 100
const REMEMBERED_MS = 10_000
let delays: { readonly at: number; readonly ms: number }[] = []
let last = performance.now()
let worst = 0
setInterval(() => {
  const now = performance.now()
  const ms = now - last - BEAT_MS
  last = now
  worst = Math.max(worst, ms)
  if (ms > BEAT_MS) delays.push({ at: now, ms })
  if (delays.length > 1000) delays = delays.filter(({ at }) => now - at < REMEMBERED_MS)
}, BEAT_MS)

const report = { gaps: 0, longestMs: 0, excused: 0 }
const receive = board.receive.bind(board)
board.receive = (bytes) => {
  const { gapTicks } = board.machine.stats
  receive(bytes)
  const gapMs = (board.machine.stats.gapTicks - gapTicks) / TICKS_PER_MS
  if (gapMs > 0) note(gapMs)
}

function note(gapMs: number): void {
  const from = performance.now() - gapMs - BEFORE_MS
  const own = delays.reduce((sum, { at, ms }) => (at >= from ? sum + ms : sum), 0)
  if (own >= gapMs) report.excused++
  else {
    report.gaps++
    report.longestMs = Math.max(report.longestMs, gapMs - own)
  }
}

process.on('message', () => {
  const answer: BoardReport = { ...report, heldUpMs: worst, steps: board.ink.vertexCount }
  process.send?.(answer)
})
console.log(simulator.url)
