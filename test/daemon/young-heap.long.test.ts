import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { threadScript } from '../../src/threads.ts'

/**
 * Starts threads as the daemon does, then creates objects that survive for a while. Prints the size of the young
 * generation, MB.
 */
const SCRIPT = `
import { once } from 'node:events'
import { getHeapSpaceStatistics } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { setYoungHeap } from ${JSON.stringify(threadScript('src/threads').href)}

setYoungHeap()
setYoungHeap() // a second call in one process ends too
const threads = [1, 2].map(() => new Worker('setTimeout(() => {}, 60_000)', { eval: true }))
await Promise.all(threads.map((thread) => once(thread, 'online')))
let kept = []
for (let i = 0; i < 400_000; i++) {
  kept.push({ i, of: [i] })
  if (kept.length > 100_000) kept = []
}
console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20)
process.exit()
`

it('the young generation of the main thread keeps its size when threads start', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', SCRIPT])
  expect(Number(stdout)).toBe(8)
})
