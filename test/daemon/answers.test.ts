import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type MemoryServer, memoryServer, TOKEN } from '../support/memory-server.ts'

let daemon: MemoryServer
let socket: WebSocket
beforeAll(async () => {
  daemon = await memoryServer()
  socket = new WebSocket(`ws://127.0.0.1:${daemon.port}/v1`, ['plotd'], {
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  await once(socket, 'open')
})
afterAll(async () => {
  socket.terminate()
  await daemon.close()
})

/** Sends these calls without a wait between them. @returns the answers in the order of their arrival */
async function answersTo(calls: readonly object[]): Promise<string[]> {
  const received: string[] = []
  const all = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      if (received.push(data.toString()) === calls.length) resolve()
    })
  })
  for (const call of calls) socket.send(JSON.stringify({ jsonrpc: '2.0', ...call }))
  await all
  socket.removeAllListeners('message')
  return received
}

/** Submits a job with this text in its parameters: `job.get` returns the text. @returns the id of the job */
async function jobWith(text: string): Promise<string> {
  const [job] = await daemon.spool.submit([{ task: 'svg', params: { svg: text }, title: 'a', hold: true }])
  return job?.id ?? ''
}

const svgIn = (answer: string): unknown => JSON.parse(answer).result.params.svg
const get = (job: string) => ({ id: 1, method: 'job.get', params: { id: job } })

describe('answers over a WebSocket', () => {
  it('arrive whole at each length at which the header of a frame changes', async () => {
    const around = JSON.stringify({ jsonrpc: '2.0', id: '', result: {} }).length
    const ids = [125, 126, 127, 200].map((length) => 'a'.repeat(length - around))
    const short = await answersTo(ids.map((id) => ({ id, method: 'events.unsubscribe' })))
    expect(short.map((answer) => JSON.parse(answer).id)).toEqual(ids)
    const [base = ''] = await answersTo([get(await jobWith('a'))])
    const lengths = [65_534, 65_535, 65_536, 100_000]
    const texts = lengths.map((length) => 'a'.repeat(length - base.length + 1))
    const jobs = await Promise.all(texts.map(jobWith))
    const long = await answersTo(jobs.map(get))
    expect(long.map((answer) => answer.length).sort((a, b) => a - b)).toEqual(lengths)
    expect(new Set(long.map(svgIn))).toEqual(new Set(texts))
  })

  it('are text in any script, with characters of one byte or several', async () => {
    const texts = ['ascii', 'ümläut', 'ÿ'.repeat(100), 'Ж', '☃'.repeat(30_000), '👋', 'ascii again']
    for (const text of texts) {
      const [answer = ''] = await answersTo([get(await jobWith(text))])
      expect(svgIn(answer)).toBe(text)
    }
  })
})
