import { ClientRequest } from 'node:http'
import { pino } from 'pino'
import { afterEach, expect, it, vi } from 'vitest'
import { Peer } from '../../../src/daemon/farm/peer.ts'
import { memoryServer } from '../../support/memory-server.ts'
import { until } from '../../support/until.ts'

const SECRET = 'the-secret-of-this-farm'

afterEach(() => void vi.restoreAllMocks())

it('a request to another host fails when that host refuses a ping, so its caller does not wait forever', async () => {
  const east = await memoryServer({ farm: { name: 'east' } })
  east.tokens.admitHosts(SECRET)
  const log = pino({ level: 'silent' })
  const peer = new Peer({ name: 'east', url: east.url, secret: SECRET, plotters: [], log, changed: () => {} })
  await until(() => peer.isReached)
  const metrics = vi.spyOn(east.health, 'metrics').mockReturnValue(new Promise(() => {}))
  const answer = peer.send({ method: 'GET', path: '/metrics' })
  const refused = expect(answer).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
  await until(() => metrics.mock.calls.length === 1)
  east.tokens.admitHosts('another secret')
  await refused
  await until(() => !peer.isReached)
  peer.close()
  await east.close()
})

it('a request fails when the other host sends nothing for a while, also if that host answers pings', async () => {
  const limits: number[] = []
  vi.spyOn(ClientRequest.prototype, 'setTimeout').mockImplementation(function (this: ClientRequest, ms, late) {
    limits.push(ms)
    if (late) setImmediate(late)
    return this
  })
  const east = await memoryServer({ farm: { name: 'east' } })
  east.tokens.admitHosts(SECRET)
  const log = pino({ level: 'silent' })
  const peer = new Peer({ name: 'east', url: east.url, secret: SECRET, plotters: [], log, changed: () => {} })
  await until(() => peer.isReached)
  vi.spyOn(east.health, 'metrics').mockReturnValue(new Promise(() => {}))
  await expect(peer.send({ method: 'GET', path: '/metrics' })).rejects.toMatchObject({
    code: 'ERR_DAEMON_AWAY',
    message: expect.stringContaining('it sent nothing for 30 s'),
  })
  expect(limits).toEqual([30_000])
  expect(peer.isReached).toBe(true)
  peer.close()
  await east.close()
})

it('a call to a host that does not answer fails, and the error says whether the call was sent', async () => {
  const east = await memoryServer({ farm: { name: 'east' } })
  east.tokens.admitHosts(SECRET)
  const log = pino({ level: 'silent' })
  const peer = new Peer({ name: 'east', url: east.url, secret: SECRET, plotters: [], log, changed: () => {} })
  const call = () => peer.call('plotter.ready', { name: 'ada' }, { name: 'ann', role: 'operate' })
  await expect(call()).rejects.toMatchObject({
    code: 'ERR_HOST',
    message: 'host east does not answer (it has not answered yet): its present state is unknown',
    detail: { host: 'east', sent: false },
  })
  await until(() => peer.isReached)
  const hostCall = vi.spyOn(east.hosts, 'call').mockReturnValue(new Promise(() => {}))
  const refused = expect(call()).rejects.toMatchObject({
    code: 'ERR_HOST',
    message: expect.stringMatching(
      /^host east no longer answers \(.+\): whether it made the call plotter\.ready is unknown$/,
    ),
    detail: { host: 'east', sent: true },
  })
  await until(() => hostCall.mock.calls.length === 1)
  east.tokens.admitHosts('another secret')
  await refused
  peer.close()
  await east.close()
})
