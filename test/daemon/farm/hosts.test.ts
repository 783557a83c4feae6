import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../../clients/node/index.ts'
import { ended } from '../../support/daemon.ts'
import { type FarmHost, sharedFarm } from '../../support/shared-farm.ts'
import { until } from '../../support/until.ts'

const SIM = { url: 'sim:ebb?speed=200', profile: 'axidraw-v3' }
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm" viewBox="0 0 60 40"><path d="M5 5H55M5 20H55M5 35H55" stroke="#000"/></svg>'

describe('two hosts that share a queue', () => {
  let farm: Awaited<ReturnType<typeof sharedFarm>>
  let east: FarmHost
  let west: FarmHost

  beforeAll(async () => {
    farm = await sharedFarm()
    east = await farm.host('east', { plotters: [{ name: 'ada', ...SIM, room: 'hall', tags: ['a3', 'gold'] }] })
    west = await farm.host('west', { plotters: [{ name: 'bob', ...SIM, tags: ['a3'] }], render: { workers: 1 } })
    const plotters = async ({ client }: FarmHost) =>
      (await client.call('plotter.list', {}))
        .map(({ name, state }) => `${name} ${state.is}`)
        .sort()
        .join()
    for (const host of [east, west]) await until(async () => (await plotters(host)) === 'ada idle,bob idle')
  })
  afterAll(() => farm.close())

  it('show the plotters of both, with host, room and tags', async () => {
    const [here, there] = await west.client.call('plotter.list', {})
    expect(here).toMatchObject({ name: 'bob', host: 'west' })
    expect(there).toMatchObject({ name: 'ada', host: 'east', room: 'hall', tags: ['a3', 'gold'] })
  })

  it('pass on a permitted command for a plotter of the other host, with the name of the caller', async () => {
    await west.client.call('plotter.ready', { name: 'ada', sheets: 2 })
    expect((await east.client.call('plotter.get', { name: 'ada' })).grant).toMatchObject({ by: 'master' })
    await west.client.call('plotter.unready', { name: 'ada' })
    const { secret } = await west.client.call('token.new', { name: 'visitor', role: 'watch' })
    const visitor = await connect({ url: west.daemon.url, token: secret })
    await expect(visitor.call('plotter.pen', { name: 'ada', to: 'down' })).rejects.toMatchObject({
      code: 'ERR_FORBIDDEN',
    })
    visitor.close()
  })

  it('send the events of a plotter to clients of the other host', async () => {
    const states: string[] = []
    const subscription = await west.client.subscribe((event) => {
      if (event.type === 'plotter.changed' && event.plotter.name === 'ada')
        states.push(`${event.plotter.maintenance?.reason}`)
    })
    await east.client.call('plotter.maintenance', { name: 'ada', reason: 'new belt' })
    await expect.poll(() => states).toContain('new belt')
    await west.client.call('plotter.maintenance', { name: 'ada' })
    await expect.poll(() => states.at(-1)).toBe('undefined')
    subscription.close()
  })

  it('draw a job on one host, whichever host rendered it, and both have the plan and the SVG', async () => {
    await west.client.call('plotter.maintenance', { name: 'bob', reason: 'not this one' })
    const { sha256 } = await west.client.upload(SVG)
    const job = await west.client.submit({
      task: 'svg',
      params: { upload: sha256 },
      title: 'shared',
      plot: { plotter: 'any', needs: ['gold'] },
    })
    await expect.poll(async () => (await west.client.call('job.get', { id: job.id })).status).toBe('rendered')
    await west.client.call('plotter.ready', { name: 'ada' })
    const done = await ended(west.client, job.id)
    expect(done).toMatchObject({ status: 'finished', progress: { plotter: 'ada', host: 'east', done: 3 } })
    expect(done.result?.sha256).toMatch(/^[0-9a-f]{64}$/)
    const plan = done.progress?.planHash ?? ''
    for (const { state } of [east, west]) expect(existsSync(join(state, 'plans', plan))).toBe(true)
    const renderer = done.result?.path.split('/')[0]
    expect(['east', 'west']).toContain(renderer)
    for (const { client } of [east, west]) {
      expect(new TextDecoder().decode(await client.output(done.result?.path ?? ''))).toContain('<svg')
    }
    const other = renderer === 'east' ? west : east
    expect(await readdir(join(other.state, 'copies'))).toEqual([done.result?.sha256])
    for (const { state } of [east, west]) expect(existsSync(join(state, 'uploads', sha256))).toBe(true)
    await west.client.call('plotter.maintenance', { name: 'bob' })
  })

  it('accept the same tokens, and refuse a token that the other host revoked', async () => {
    const { secret } = await east.client.call('token.new', { name: 'ann', role: 'operate' })
    const there = await connect({ url: west.daemon.url, token: secret })
    await there.call('plotter.ready', { name: 'ada', sheets: 1 })
    expect((await east.client.call('plotter.get', { name: 'ada' })).grant).toMatchObject({ by: 'ann' })
    await there.call('plotter.unready', { name: 'ada' })
    await east.client.call('token.revoke', { name: 'ann' })
    await expect
      .poll(() =>
        connect({ url: west.daemon.url, token: secret }).then(
          () => 'in',
          ({ code }) => code,
        ),
      )
      .toBe('ERR_UNAUTHORIZED')
    there.close()
  })

  it('list both hosts, and refuse to forget a host that answers', async () => {
    const { hosts } = await west.client.call('host.list', {})
    expect(hosts).toMatchObject([
      { name: 'west', here: true, plotters: ['bob'] },
      { name: 'east', here: false, plotters: ['ada'], reached: true, lost: false, problems: [] },
    ])
    await expect(west.client.call('host.forget', { name: 'east' })).rejects.toMatchObject({ code: 'ERR_HOST' })
  })

  it('let only hosts pass on calls', async () => {
    const by = { name: 'master', role: 'operate' } as const
    await expect(
      west.client.call('host.call', { method: 'plotter.pen', params: { name: 'bob', to: 'down' }, by }),
    ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
  })

  it('show the plotters of a silent host as unknown, and refuse commands to them', async () => {
    await east.close()
    farm.store.silence('east')
    await expect.poll(async () => (await west.client.call('plotter.get', { name: 'ada' })).state.is).toBe('unknown')
    const ada = (await west.client.call('plotter.list', {})).find(({ name }) => name === 'ada')
    expect(ada?.state).toMatchObject({ is: 'unknown' })
    expect(ada?.grant).toBeUndefined()
    await expect(west.client.call('plotter.pen', { name: 'ada', to: 'down' })).rejects.toMatchObject({
      code: 'ERR_HOST',
    })
    await expect
      .poll(async () => (await west.client.call('host.list', {})).hosts[1])
      .toMatchObject({
        name: 'east',
        lost: true,
        reached: false,
      })
    const removed: string[] = []
    const subscription = await west.client.subscribe((event) => {
      if (event.type === 'plotter.removed') removed.push(event.name)
    })
    await west.client.call('host.forget', { name: 'east' })
    expect((await west.client.call('plotter.list', {})).map(({ name }) => name)).toEqual(['bob'])
    await expect.poll(() => removed).toEqual(['ada'])
    subscription.close()
  })
})

/** A farm in which the plotter `ada` was moved from host `east`, which died, to `north`; `west` is a third host. */
async function afterMove(profile = SIM.profile) {
  const farm = await sharedFarm()
  const ada = { name: 'ada', ...SIM }
  const [east, west] = [await farm.host('east', { plotters: [ada] }), await farm.host('west')]
  const shown = async () =>
    (await west.client.call('plotter.list', {})).map(({ name, host, state }) => `${name} ${host} ${state.is}`)
  await expect.poll(shown).toEqual(['ada east idle'])
  await east.close()
  farm.store.silence('east')
  await expect.poll(shown).toEqual(['ada east unknown'])
  const north = await farm.host('north', { plotters: [{ ...ada, profile }] })
  await expect.poll(shown).toContain('ada north idle')
  return { farm, west, north, shown }
}

describe('a plotter that moves from a host that died to another host', () => {
  it('is shown once by a third host, which sends commands for the plotter to its present host', async () => {
    const { farm, west, north, shown } = await afterMove()
    expect(await shown()).toEqual(['ada north idle'])
    expect(await west.client.call('plotter.get', { name: 'ada' })).toMatchObject({ host: 'north' })
    await west.client.call('plotter.ready', { name: 'ada', sheets: 1 })
    expect((await north.client.call('plotter.get', { name: 'ada' })).grant).toBeDefined()
    await farm.close()
  })

  it('is shown on its present host when that host ends too, and the clients of a third host learn this', async () => {
    const { farm, west, north, shown } = await afterMove()
    const events: string[] = []
    await west.client.subscribe((event) => {
      if (event.type === 'plotter.changed') events.push(`${event.plotter.host} ${event.plotter.state.is}`)
    })
    await north.close()
    await expect.poll(() => events.at(-1)).toBe('north unknown')
    expect(await shown()).toEqual(['ada north unknown'])
    await farm.close()
  })

  it('is judged by its present profile: a job that is too large for the plotter is refused', async () => {
    const { farm, west } = await afterMove('axidraw-minikit')
    const svg = SVG.replaceAll('60', '200').replaceAll('55', '195')
    const submit = west.client.submit({ task: 'svg', params: { svg }, plot: { plotter: 'ada' } })
    await expect(submit).rejects.toMatchObject({ code: 'ERR_PLAN_OUT_OF_BOUNDS' })
    await farm.close()
  })
})
