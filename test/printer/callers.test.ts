import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Callers } from '../../clients/printer/callers.ts'
import { PlotdError } from '../../src/errors.ts'

/** The tokens of the clients that were closed. */
const closed: string[] = []
/** For each token, the error that every call of its client throws. */
const failures = new Map<string, Error>()
const clientOf = (token: string) => ({
  address: { url: 'http://127.0.0.1:1', socket: undefined },
  call: async () => {
    const failure = failures.get(token)
    if (failure) throw failure
  },
  close: () => void closed.push(token),
})

let second = 0
beforeEach(() => {
  closed.length = 0
  failures.clear()
  // Each look at the clock is a second later, so the limit on tries per second is never reached.
  vi.spyOn(Date, 'now').mockImplementation(() => 1000 * second++)
})

afterEach(() => void vi.restoreAllMocks())

type Options = ConstructorParameters<typeof Callers>

function callersOf() {
  const connect = async ({ token = '' }) => clientOf(token)
  return new Callers(clientOf('own') as unknown as Options[0], true, connect as unknown as Options[2])
}

function ask(callers: Callers, token: string) {
  const authorization = `Basic ${Buffer.from(`ada:${token}`).toString('base64')}`
  return callers.callerOf({ headers: { authorization } } as IncomingMessage)
}

async function asked(callers: Callers, token: string): Promise<() => void> {
  const caller = await ask(callers, token)
  if (caller.is !== 'token') throw new Error(`${token} is ${caller.is}`)
  return caller.release
}

it('the 21st token closes the client of the oldest token after the last request of that client has its answer', async () => {
  const callers = callersOf()
  const release = await asked(callers, 'first')
  for (let i = 2; i <= 20; i++) (await asked(callers, `t${i}`))()
  const releaseNext = await asked(callers, 't2')
  ;(await asked(callers, 't21'))()
  expect(closed).toEqual([])
  release()
  await Promise.resolve()
  expect(closed).toEqual(['first'])
  releaseNext()
  await Promise.resolve()
  expect(closed).toEqual(['first'])
})

it('a request that fails does not close the client of another request with the same token', async () => {
  const callers = callersOf()
  const release = await asked(callers, 'both')
  failures.set('both', new PlotdError('ERR_LIMIT', 'too many messages', { limit: 'messagesPerSecond' }))
  await expect(ask(callers, 'both')).rejects.toMatchObject({ code: 'ERR_LIMIT' })
  expect(closed).toEqual([])
  release()
  await Promise.resolve()
  expect(closed).toEqual(['both'])
})

it('the client of a token that plotd refuses is closed at once', async () => {
  const callers = callersOf()
  failures.set('wrong', new PlotdError('ERR_UNAUTHORIZED', 'no such token'))
  expect(await ask(callers, 'wrong')).toEqual({ is: 'unknown' })
  await Promise.resolve()
  expect(closed).toEqual(['wrong'])
})
