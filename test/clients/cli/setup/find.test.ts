import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Board, boardOf, findBoards } from '../../../../clients/cli/setup/find.ts'
import { runSimulator } from '../../../../src/index.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

describe('the search for boards', () => {
  it('skips a port that the running daemon holds, and names the port when no other board answers', async () => {
    const port = join(tempFolder(), 'ttyACM0')
    await expect(findBoards(port, new Set([port]))).rejects.toMatchObject({
      code: 'ERR_TRANSPORT',
      message: `no plotter was found: the running daemon holds ${port}`,
    })
  })

  it('skips the port also when the daemon holds it by a link, such as one in /dev/serial/by-id', async () => {
    const simulator = await runSimulator('ebb')
    try {
      const link = join(tempFolder(), 'usb-EiBotBoard')
      symlinkSync(simulator.path, link)
      await expect(findBoards(simulator.path, new Set([link]))).rejects.toMatchObject({
        message: `no plotter was found: the running daemon holds ${simulator.path}`,
      })
    } finally {
      await simulator.close()
    }
  })

  it('finds the board of a configured plotter among several', async () => {
    const folder = tempFolder()
    const [one, other] = ['ttyACM0', 'ttyACM1'].map((name) => join(folder, name))
    for (const path of [one, other]) writeFileSync(path ?? '', '')
    const link = join(folder, 'usb-EiBotBoard')
    symlinkSync(other ?? '', link)
    const boards = [one, other].map((device) => ({ device }) as Board)
    expect(await boardOf({ url: `serial:${link}` }, boards)).toBe(boards[1])
    expect(await boardOf({ url: 'serial:/dev/ttyACM7' }, boards)).toBeUndefined()
    expect(await boardOf(undefined, boards)).toBeUndefined()
  })
})
