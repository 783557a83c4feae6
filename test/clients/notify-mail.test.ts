import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { mail } from '../../clients/notify/channels/mail.ts'
import type { Need } from '../../clients/notify/needs.ts'

const need: Need = { key: 'disk', kind: 'disk', title: 'The disk is nearly full', text: 'Make room.' }

/** A mail server that knows only ada@example.org. @returns its port, and the lines that it received */
async function mailServer() {
  const lines: string[] = []
  const server = createServer((socket) => {
    let isData = false
    const answerTo = (line: string): string => {
      if (line === 'DATA') return '354 go'
      return line.startsWith('RCPT') && !line.includes('<ada@') ? '550 no such user' : '250 ok'
    }
    socket.write('220 test\r\n')
    socket.on('error', () => {})
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        lines.push(line)
        if (line === 'DATA' || line === '.') isData = line === 'DATA'
        else if (isData) continue
        socket.write(`${answerTo(line)}\r\n`)
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { port, lines, close: () => server.close() }
}

it('a mail that reached only some recipients gives an error that names the others, and is not sent again', async () => {
  const server = await mailServer()
  const { port } = server
  const to = ['ada@example.org', 'bea@example.org']
  const channel = mail({ host: '127.0.0.1', port, secure: false, from: 'plotd@example.org', to })
  await expect(channel.send({ id: 'msg_1', at: 0, need })).rejects.toMatchObject({
    message: expect.stringMatching(/^127\.0\.0\.1 refused bea@example\.org: .*550 no such user/),
    isFinal: true,
  })
  expect(server.lines).toContain('Subject: The disk is nearly full')
  server.close()
})

it('a mail that reached no recipient is sent again', async () => {
  const server = await mailServer()
  const { port } = server
  const channel = mail({ host: '127.0.0.1', port, secure: false, from: 'plotd@example.org', to: ['bea@example.org'] })
  const sent = channel.send({ id: 'msg_1', at: 0, need })
  await expect(sent).rejects.toThrow('550 no such user')
  await expect(sent).rejects.not.toMatchObject({ isFinal: true })
  server.close()
})
