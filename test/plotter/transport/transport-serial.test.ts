import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Link, oneLine } from '../../../src/plotter/link/link.ts'
import { runSimulator } from '../../../src/plotter/simulators/index.ts'
import { openTransport } from '../../../src/plotter/transport/transport.ts'
import { removeFolder } from '../../support/remove-folder.ts'

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

async function simulated(options: Parameters<typeof runSimulator>[1]) {
  const simulator = await runSimulator('ebb', { speed: 'instant', ...options })
  cleanUp.push(() => simulator.close())
  return simulator
}

async function linkTo(url: string): Promise<Link> {
  const link = new Link(await openTransport(url))
  cleanUp.push(() => link.close())
  return link
}

describe.each([
  ['a pseudo terminal', {}],
  ['a TCP port', { tcp: 0 }],
])('a device on %s', (_, options) => {
  it('answers', async () => {
    const { url } = await simulated(options)
    const [line] = await (await linkTo(url)).request('V\r', oneLine)
    expect(line).toMatch(/^EBB/)
  })

  it('can be opened again after it was closed', async () => {
    const { url } = await simulated(options)
    for (let i = 0; i < 3; i++) {
      const link = await linkTo(url)
      await expect(link.request('V\r', oneLine)).resolves.toHaveLength(1)
      link.close()
      await link.closed
    }
  })

  it('reports that it is gone, even if nothing is written', async () => {
    const simulator = await simulated(options)
    const link = await linkTo(simulator.url)
    await link.request('V\r', oneLine)
    await simulator.close()
    await expect(link.closed).resolves.toMatchObject({ code: 'ERR_LINK_CLOSED' })
    await expect(link.request('V\r', oneLine)).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
  })

  it('may be closed twice, and with a write under way, without ending the process', async () => {
    const { url } = await simulated(options)
    const link = await linkTo(url)
    link.send('QB\r'.repeat(2000))
    link.close()
    link.close()
    await expect(link.closed).resolves.toMatchObject({ code: 'ERR_LINK_CLOSED' })
  })
})

describe('opening a transport', () => {
  it('is refused with the reason when there is no such device', async () => {
    const refusal = openTransport('serial:/dev/ttyNOSUCH0')
    await expect(refusal).rejects.toMatchObject({
      code: 'ERR_TRANSPORT',
      message: expect.stringMatching(/no such.*[^.]$/),
    })
  })

  it('is refused when no program listens at the address', async () => {
    await expect(openTransport('tcp://127.0.0.1:1')).rejects.toMatchObject({ code: 'ERR_TRANSPORT' })
  })

  it('is refused while the serial port is open already', async () => {
    const { url } = await simulated({})
    await linkTo(url)
    await expect(openTransport(url)).rejects.toMatchObject({ code: 'ERR_TRANSPORT' })
  })

  it.each(['ebb', 'tcp://nowhere', 'serial:/dev/ttyS0?baud=fast', 'sim:toaster', 'usb:1'])(
    'is refused for %s',
    async (url) => {
      await expect(openTransport(url)).rejects.toMatchObject({ code: 'ERR_CONFIG' })
    },
  )

  it.each([
    ['sim:ebb?sped=3', 'firmware'],
    ['sim:hpgl?firmware=2', 'model'],
    ['serial:/dev/ttyS0?buad=9600', 'baud'],
  ])('names the known parameters when %s has an unknown one', async (url, known) => {
    const message = expect.stringMatching(new RegExp(`no parameter is called .*; there are ${known},`))
    await expect(openTransport(url)).rejects.toMatchObject({ code: 'ERR_CONFIG', message })
  })

  it('finds the same simulator, with the number that it stored, behind the same URL', async () => {
    const first = await linkTo('sim:ebb?nickname=desk')
    await first.request('SL,77\r', oneLine)
    first.close()
    const again = await linkTo('sim:ebb?nickname=desk')
    await expect(again.request('QL\r', (line) => (line === 'OK' ? 'done' : 'more'))).resolves.toEqual(['77', 'OK'])
  })

  it('finds a simulator by a symbolic link to its pseudo terminal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plotd-'))
    cleanUp.push(() => removeFolder(folder))
    const { path } = await simulated({ link: join(folder, 'plotter') })
    expect(path).toBe(join(folder, 'plotter'))
    await expect((await linkTo(`serial:${path}`)).request('V\r', oneLine)).resolves.toHaveLength(1)
  })
})

it('a simulator on a TCP port answers a plain socket, without code of plotd at the other end', async () => {
  const { path } = await simulated({ tcp: 0 })
  const socket = connect(Number(path.split(':')[1]), '127.0.0.1')
  cleanUp.push(() => socket.destroy())
  socket.write('V\r')
  const [bytes] = await new Promise<Buffer[]>((resolve) => socket.once('data', (data: Buffer) => resolve([data])))
  expect(bytes?.toString()).toBe('EBBv13_and_above EB Firmware Version 2.8.1\r\n')
})

describe('a simulator', () => {
  it('exists once for each plotter, also for plotters that have the same URL', async () => {
    const open = (owner: string) => openTransport('sim:ebb', { owner })
    const [one, other] = await Promise.all([open('one'), open('other')])
    const answers = [one, other].map((port) => once(port, 'data'))
    one.write('V\r')
    other.write('V\r')
    for (const [bytes] of await Promise.all(answers)) expect(String(bytes)).toContain('EBBv13')
    for (const port of [one, other]) port.destroy()
  })
})
