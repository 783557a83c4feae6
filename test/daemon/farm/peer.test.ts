import { pino } from 'pino'
import { expect, it, vi } from 'vitest'
import { Peer } from '../../../src/daemon/farm/peer.ts'
import { memoryServer } from '../../support/memory-server.ts'
import { until } from '../../support/until.ts'

const SECRET = 'the-secret-of-this-farm'

it('a request to another host ends when that host no longer answers: nothing waits for it', async () => {
  const east = await memoryServer({ farm: { name: 'east' } })
  east.tokens.admitHosts(SECRET)
  const log = pino({ level: 'silent' })
  const peer = new Peer({ name: 'east', url: east.url, secret: SECRET, plotters: [], log, changed: () => {} })
  await until(() => peer.isReached)
  const isAsked = vi.spyOn(east.health, 'metrics').mockReturnValue(new Promise(() => {}))
  const answer = peer.send({ method: 'GET', path: '/metrics' })
  const refused = expect(answer).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
  await until(() => isAsked.mock.calls.length === 1)
  east.tokens.admitHosts('another secret')
  await refused
  await until(() => !peer.isReached)
  peer.close()
  await east.close()
})
