import { writeSync } from 'node:fs'
import { openSpool } from '../../dist/src/spool/index.js'

// Works a spool hard until it is killed, and says on standard output what was acknowledged to it, as it happens.
const [folder, run] = process.argv.slice(2)
const spool = await openSpool(folder, { compactAt: 100_000, retention: { jobs: 1e6, days: 1e4 } })
const say = (...words) => writeSync(1, `${words.join(' ')}\n`)
const result = (path) => ({
  path,
  widthMm: 1,
  heightMm: 1,
  strokes: 1,
  penDownMm: 1,
  travelMm: 1,
  lifts: 1,
  estimateSeconds: 1,
  warnings: [],
})

say('open')
let count = 0
async function client(name) {
  for (;;) {
    const [job] = await spool.submit([
      { task: 'text', params: { run, name }, title: `${run} ${name} ${count++}`, plot: { plotter: 'A', copies: 1 } },
    ])
    say('submitted', job.id)
  }
}
async function worker() {
  for (;;) {
    const claim = await spool.claim({ stage: 'render', holder: 'worker' })
    if (claim === undefined) {
      await new Promise(setImmediate)
      continue
    }
    await spool.complete(claim, result(`${claim.job.id}.svg`))
    say('rendered', claim.job.id)
  }
}
async function plotter() {
  for (;;) {
    const claim = await spool.claim({ stage: 'plot', holder: 'A', plotters: ['A'] })
    if (claim === undefined) {
      await new Promise(setImmediate)
      continue
    }
    say('plotting', claim.job.id)
    await spool.progress(claim, { phase: 'plot', done: 1, of: 2 })
    await spool.complete(claim)
    say('finished', claim.job.id)
  }
}
await Promise.all([client('a'), client('b'), client('c'), client('d'), worker(), worker(), plotter()])
