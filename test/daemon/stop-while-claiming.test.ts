import { expect, it } from 'vitest'
import { RenderLoop } from '../../src/daemon/render/render-loop.ts'
import { PlotdError } from '../../src/errors.ts'
import { memorySpool } from '../../src/spool/memory.ts'
import { slowClaims } from '../support/slow-claims.ts'
import { until } from '../support/until.ts'

it('a render loop that stops while it claims a job gives the claim back before the stop ends', async () => {
  const spool = memorySpool()
  const [job] = await spool.submit([{ task: 'text', params: {} }])
  const known = () => spool.get(job?.id ?? '')
  const answer = slowClaims(spool)
  const loop = new RenderLoop(
    spool,
    () => ({ stage: 'render', holder: 'here/render' }),
    () => Promise.reject(new PlotdError('ERR_DAEMON_AWAY')),
    1,
    (error) => expect.unreachable(String(error)),
  )
  loop.wake()
  await until(async () => (await known())?.status === 'started')
  const stopped = loop.stop()
  setTimeout(answer)
  await stopped
  expect(await known()).toMatchObject({ status: 'queued', attempts: 0 })
})
