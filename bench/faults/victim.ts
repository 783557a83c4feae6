import { writeSync } from 'node:fs'
import { type JobResult, openSpool } from '../../src/spool/index.ts'
import { ForgetfulDisk } from './forgetful-disk.ts'

/**
 * `victim.js FOLDER RUN kill|cut`: four clients, two workers and a plotter use a spool without a break, until this
 * process is killed. The process prints each acknowledgement immediately. With `cut`, the kill has the effect of a
 * power cut.
 */
const [folder = '', run = '', ending] = process.argv.slice(2)
const options = { compactAt: 100_000, retention: { jobs: 1e6, days: 1e4 } }
const spool = await openSpool(folder, { ...options, ...(ending === 'cut' && { disk: new ForgetfulDisk() }) })
const say = (...words: readonly string[]): unknown => writeSync(1, `${words.join(' ')}\n`)
const breathe = (): Promise<void> => new Promise((turn) => setImmediate(turn))
const sizes = { widthMm: 1, heightMm: 1, strokes: 1, penDownMm: 1, travelMm: 1, lifts: 1, estimateSeconds: 1 }
const result = (path: string): JobResult => ({ path, ...sizes, warnings: [] })

say('open')
let count = 0

async function client(name: string): Promise<never> {
  for (;;) {
    const title = `${run} ${name} ${count++}`
    const plot = { plotter: 'A', copies: 1 }
    const [job] = await spool.submit([{ task: 'text', params: { run, name }, title, plot }])
    say('submitted', job?.id ?? '')
  }
}

async function worker(): Promise<never> {
  for (;;) {
    const claim = await spool.claim({ stage: 'render', holder: 'worker' })
    if (claim === undefined) await breathe()
    else {
      await spool.complete(claim, result(`${claim.job.id}.svg`))
      say('rendered', claim.job.id)
    }
  }
}

async function plotter(): Promise<never> {
  for (;;) {
    const claim = await spool.claim({ stage: 'plot', holder: 'A', plotters: ['A'] })
    if (claim === undefined) await breathe()
    else {
      say('plotting', claim.job.id)
      await spool.progress(claim, { phase: 'plot', done: 1, of: 2 })
      await spool.complete(claim)
      say('finished', claim.job.id)
    }
  }
}

await Promise.all([client('a'), client('b'), client('c'), client('d'), worker(), worker(), plotter()])
