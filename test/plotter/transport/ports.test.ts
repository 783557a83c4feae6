import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPort, listPorts, portsFromSys } from '../../../src/plotter/transport/ports.ts'
import { removeFolder } from '../../support/remove-folder.ts'

describe('serial ports as Linux shows them in /sys', () => {
  let sys: string
  beforeEach(async () => {
    sys = await mkdtemp(join(tmpdir(), 'plotd-sys-'))
    await mkdir(join(sys, 'class/tty'), { recursive: true })
    await device('ttyACM0', { idVendor: '04d8', idProduct: 'fd92', product: 'EiBotBoard,desk', serial: 'AXI1' })
    await device('ttyACM1', { idVendor: '04d8', idProduct: 'fd92', product: 'EiBotBoard' })
    await device('ttyUSB0', { idVendor: '1A86', idProduct: '7523', manufacturer: 'QinHeng' })
    await device('ttyS0', {})
    await writeFile(join(sys, 'class/tty/ttyS0/type'), '4\n')
    await device('ttyS1', {})
    await writeFile(join(sys, 'class/tty/ttyS1/type'), '0\n')
  })
  afterEach(() => removeFolder(sys))

  async function device(name: string, files: Record<string, string>): Promise<void> {
    const usb = join(sys, 'devices/usb1', name)
    await mkdir(join(usb, `${name}:1.0`), { recursive: true })
    for (const [file, text] of Object.entries(files)) await writeFile(join(usb, file), `${text}\n`)
    await mkdir(join(sys, 'class/tty', name))
    await symlink(join(usb, `${name}:1.0`), join(sys, 'class/tty', name, 'device'))
  }
  const list = () => portsFromSys(sys)

  it('are listed if there is hardware behind them, with dialect and nickname for an EBB', async () => {
    const match = (await list()).map(({ path, dialect, nickname }) => [path, dialect, nickname])
    expect(match).toEqual([
      ['/dev/ttyACM0', 'ebb', 'desk'],
      ['/dev/ttyACM1', 'ebb', undefined],
      ['/dev/ttyS0', undefined, undefined],
      ['/dev/ttyUSB0', undefined, undefined],
    ])
  })

  it.each([
    ['/dev/ttyUSB7', '/dev/ttyUSB7'],
    ['COM3', 'COM3'],
    ['desk', '/dev/ttyACM0'],
    ['AXI1', '/dev/ttyACM0'],
  ])('are found by name: %s means %s', async (name, path) => {
    expect(await findPort(name, list)).toBe(path)
  })

  it.each([
    ['ebb', 'more than one'],
    ['attic', 'no port has this name'],
  ])('are not found by the name %s: the refusal lists the ports', async (name, why) => {
    const refusal = expect.stringMatching(new RegExp(`${why}.*ttyACM0 desk AXI1`))
    await expect(findPort(name, list)).rejects.toMatchObject({ code: 'ERR_TRANSPORT', message: refusal })
  })

  it('are an empty list when there is no /sys', async () => {
    expect(await portsFromSys(join(sys, 'nowhere'))).toEqual([])
  })

  it('of this machine can be listed', async () => {
    expect(Array.isArray(await listPorts())).toBe(true)
  })
})
