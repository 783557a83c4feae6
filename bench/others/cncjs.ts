import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageVersion, start, until } from './child.ts'
import { gcode } from './gcode.ts'
import type { Program } from './program.ts'

/** As much of socket.io's client as is used here. */
interface Socket {
  on(event: string, heard: (...what: unknown[]) => void): void
  emit(event: string, ...what: unknown[]): void
  close(): void
}

const PORT = 8121
const ADDRESS = `http://127.0.0.1:${PORT}`

/** Its server as it is, driven as its page does: open the port, load, start, wait for the sender and for Idle. */
export const cncjs: Program = {
  name: 'cncjs',
  dialect: 'grbl',
  version: (folder) => packageVersion(folder, 'cncjs'),
  async draw(strokes, { path, folder }) {
    const home = mkdtempSync(join(tmpdir(), 'plotd-others-'))
    const bin = join(folder, 'node_modules/cncjs/bin/cncjs')
    const child = start(process.execPath, [bin, '-H', '127.0.0.1', '-p', String(PORT), '-c', join(home, 'rc')])
    const complaints: string[] = []
    try {
      const socket = await connect(folder)
      await plot(socket, path, gcode(strokes), complaints)
      socket.close()
    } finally {
      child.stop()
      await child.ended
      rmSync(home, { recursive: true, force: true })
    }
    return complaints
  },
}

async function connect(folder: string): Promise<Socket> {
  let token: string | undefined // it hands one to whoever asks
  const ask = async () => {
    const reply = await fetch(`${ADDRESS}/api/signin`, { method: 'POST' })
    token = ((await reply.json()) as { token: string }).token
  }
  for (let i = 0; i < 100 && token === undefined; i++) {
    await ask().catch(() => new Promise((resolve) => setTimeout(resolve, 200)))
  }
  const io = createRequire(join(folder, 'node_modules/cncjs/package.json'))('socket.io-client') as {
    connect(address: string, options: object): Socket
  }
  return io.connect(ADDRESS, { query: `token=${token}`, transports: ['websocket'] })
}

async function plot(socket: Socket, path: string, text: string, complaints: string[]): Promise<void> {
  let [settings, active, finished] = ['', '', false]
  let sent = { total: 0, received: 0 }
  socket.on('serialport:read', (line) => {
    if (/^(error|ALARM)/.test(String(line))) complaints.push(String(line))
  })
  socket.on('Grbl:settings', (found) => (settings = JSON.stringify(found)))
  socket.on('Grbl:state', (state) => (active = (state as { status: { activeState: string } }).status.activeState))
  socket.on('sender:status', (status) => {
    sent = status as typeof sent
    finished = sent.total > 0 && sent.received >= sent.total
  })
  let error: unknown = 'not answered'
  socket.emit('open', path, { controllerType: 'Grbl', baudrate: 115_200 }, (failed: unknown) => (error = failed))
  await until('cncjs opens the port', () => error !== 'not answered', 30)
  if (error) throw new Error(`cncjs does not open ${path}: ${JSON.stringify(error)}`)
  await until('cncjs reads the settings', () => settings.includes('$130') && active === 'Idle', 60)
  socket.emit('command', path, 'gcode:load', 'drawing.nc', text)
  await until('cncjs loads the drawing', () => sent.total > 0, 30)
  socket.emit('command', path, 'gcode:start')
  await until('cncjs sends it', () => finished)
  await until('the board rests', () => active === 'Idle')
}
