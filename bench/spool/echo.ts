import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { threadScript } from '../../src/threads.ts'
import { asker } from './asker.ts'
import type { Open } from './engines.ts'
import { postcard } from './postcard.ts'

/** Characters that a submit's envelope has around the job, and that its answer has. */
const ENVELOPE = 130
const ANSWER = 560

/** Nothing but the WebSocket, with messages as long as those of a submit: the limit of this machine. */
export const echo: Open = async (_, clients) => {
  const script = fileURLToPath(threadScript('./echo-server', import.meta.url))
  const child = spawn(process.execPath, [script, String(ANSWER)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  const url = `ws://127.0.0.1:${port.toString().trim()}`
  const all = await Promise.all(Array.from({ length: clients }, () => asker(url)))
  let next = 0
  return {
    name: 'a bare WebSocket echo, nothing kept',
    group: 1,
    submit: () => all[next++ % clients]?.ask(JSON.stringify(postcard()) + ' '.repeat(ENVELOPE)),
    close: () => {
      for (const { close } of all) close()
      child.kill()
    },
  }
}
