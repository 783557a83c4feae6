import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { threadScript } from '../../src/threads.ts'

/**
 * Calls `setYoungHeap`, starts two threads, and creates objects that survive for a while. Rests until V8 shrinks the
 * young generation. Works until the young generation has grown to 8 MB. Prints the size of the young generation after
 * each of these three steps, MB.
 */
const SCRIPT = `
import { once } from 'node:events'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { setYoungHeap } from ${JSON.stringify(threadScript('src/threads').href)}

setYoungHeap()
setYoungHeap() // a second call in one process returns, too
const threads = [1, 2].map(() => new Worker('setTimeout(() => {}, 60_000)', { eval: true }))
await Promise.all(threads.map((thread) => once(thread, 'online')))
const youngMb = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20
let kept = []
for (let i = 0; i < 400_000; i++) {
  kept.push({ i, of: [i] })
  if (kept.length > 100_000) kept = []
}
console.log(youngMb())
// V8 shrinks the young generation when it collects garbage in a thread that has no work.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
kept = []
while (youngMb() > 1) {
  await new Promise((turn) => setTimeout(turn, 500))
  collect()
}
console.log(youngMb())
// Works for 5 ms before each pause of 1 ms.
while (youngMb() < 8) {
  const end = performance.now() + 5
  while (performance.now() < end) kept = [...kept.slice(-10), { end }]
  await new Promise((turn) => setTimeout(turn, 1))
}
console.log(youngMb())
process.exit()
`

/**
 * Lets the young generation grow to 8 MB, then calls `setYoungHeap`, then creates more objects. Prints the size of the
 * young generation, MB.
 */
const LATE = `
import { getHeapSpaceStatistics } from 'node:v8'
import { setYoungHeap } from ${JSON.stringify(threadScript('src/threads').href)}

const youngMb = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20
let kept = []
const work = (i) => {
  kept.push({ i, of: [i] })
  if (kept.length > 100_000) kept = []
}
for (let i = 0; youngMb() < 8; i++) work(i)
setYoungHeap()
for (let i = 0; i < 400_000; i++) work(i)
console.log(youngMb())
process.exit()
`

it('a young generation that has reached 8 MB before `setYoungHeap` grows no further', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', LATE])
  expect(stdout.trim()).toBe('8')
})

it('the young generation keeps its size when threads start, and regains it with work after a rest', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', SCRIPT])
  expect(stdout.trim().split('\n').map(Number)).toEqual([8, 1, 8])
})
