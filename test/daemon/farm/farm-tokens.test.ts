import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type KeptToken, Tokens } from '../../../src/daemon/auth/tokens.ts'
import { farmTokens } from '../../../src/daemon/farm/farm-tokens.ts'
import type { FarmToken } from '../../../src/spool/farm.ts'
import type { Context } from '../../../src/spool/postgres/context.ts'
import { FarmTables } from '../../../src/spool/postgres/farm-tables.ts'
import type { Heartbeat } from '../../../src/spool/postgres/heartbeat.ts'

const SHOP: FarmToken = { name: 'shop', role: 'submit', sha256: 'f'.repeat(64), createdAt: 5 }

/** A store that two hosts share. Each host learns of the changes of the other when `announce` is called. */
async function twoHosts() {
  const stored = new Map<string, FarmToken>()
  const listeners: (() => Promise<void>)[] = []
  const disk = { isFull: false, ready: Promise.resolve() }
  const farm = {
    tokens: async () => [...stored.values()],
    saveToken: async (token: FarmToken) => {
      await disk.ready
      if (disk.isFull) throw new Error('the disk is full')
      stored.set(token.name, token)
    },
    removeToken: async (name: string) => stored.delete(name),
    onTokens: (listener: () => Promise<void>) => {
      listeners.push(listener)
      return () => {}
    },
  }
  const host = async (master: string): Promise<Tokens> => {
    const shared = farmTokens(farm)
    const store = { saveMaster: async () => {}, saveOthers: (all: readonly KeptToken[]) => shared.write(all) }
    const tokens = new Tokens(master, await shared.read(), store)
    shared.onChange(
      (others) => tokens.replaceOthers(others),
      () => {},
    )
    return tokens
  }
  const announce = async (): Promise<void> => {
    for (const listener of listeners) void listener()
    await turn()
  }
  const names = (): string[] => [...stored.keys()].sort()
  return {
    one: await host('the-master-token-of-one'),
    other: await host('the-master-token-of-the-other'),
    announce,
    names,
    disk,
  }
}

it('a host keeps a token that another host has just made, and restores none that another host has just revoked', async () => {
  const { one, other, announce, names } = await twoHosts()
  await one.add('lost', 'submit')
  await announce()
  await one.revoke('lost')
  const fresh = await one.add('fresh', 'watch')
  const later = await other.add('later', 'own')
  expect(names()).toEqual(['fresh', 'later'])
  await announce()
  for (const host of [one, other]) {
    expect(
      host
        .list()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['fresh', 'later', 'master'])
    expect([fresh, later].map(({ secret }) => host.find(secret)?.role)).toEqual(['watch', 'own'])
  }
})

it('when a change is announced, a host keeps its own changes that still wait for the store', async () => {
  const { one, announce, names, disk } = await twoHosts()
  const lost = await one.add('lost', 'submit')
  const shop = await one.add('shop', 'submit')
  await announce()
  let answer = (): void => {}
  disk.ready = new Promise<void>((resolve) => {
    answer = resolve
  })
  const changes = [one.add('slow', 'watch'), one.rotate('shop')]
  const revoking = one.revoke('lost')
  await announce()
  answer()
  const made = await Promise.all(changes)
  await revoking
  for (let i = 0; i < 2; i++) {
    expect(names()).toEqual(['shop', 'slow'])
    expect(made.map(({ secret }) => one.find(secret)?.name)).toEqual(['slow', 'shop'])
    expect([lost, shop].map(({ secret }) => one.find(secret))).toEqual([undefined, undefined])
    await announce()
  }
})

it('a host stores later changes after the store has refused a change', async () => {
  const { one, names, disk } = await twoHosts()
  await one.add('shop', 'submit')
  disk.isFull = true
  await expect(one.rotate('shop')).rejects.toThrow('full')
  disk.isFull = false
  await one.add('shed', 'watch')
  expect(names()).toEqual(['shed', 'shop'])
  await one.revoke('shop')
  expect(names()).toEqual(['shed'])
})

it('a host reads the tokens again when it could not read them after a change: a revoked token must not stay', async () => {
  const answers = [[SHOP], new Error('the server went away'), []]
  const query = async () => {
    const rows = answers.shift()
    if (rows instanceof Error) throw rows
    return { rows }
  }
  const context = { host: 'A', pool: { query, ending: false } } as unknown as Context
  const tables = new FarmTables(context, {} as unknown as Heartbeat, { secret: '', tokens: 1 })
  const shared = farmTokens(tables)
  let names = (await shared.read()).map(({ name }) => name)
  shared.onChange(
    (others) => {
      names = others.map(({ name }) => name)
    },
    () => {},
  )
  // The listener of the database tells the version of the tokens at each poll.
  for (let i = 0; i < 3; i++) {
    tables.noteTokenVersion(2)
    await turn()
  }
  expect(names).toEqual([])
  expect(answers).toEqual([])
})

it('a host that cannot read the tokens for a while reports the first error, and not each try', async () => {
  let isAway = true
  const query = async () => {
    if (isAway) throw new Error('permission denied for table token')
    return { rows: [] }
  }
  const context = { host: 'A', pool: { query, ending: false } } as unknown as Context
  const tables = new FarmTables(context, {} as unknown as Heartbeat, { secret: '', tokens: 1 })
  let errors = 0
  farmTokens(tables).onChange(
    () => {},
    () => void errors++,
  )
  const poll = async (version: number): Promise<void> => {
    tables.noteTokenVersion(version)
    await turn()
  }
  for (let i = 0; i < 3; i++) await poll(2)
  expect(errors).toBe(1)
  isAway = false
  await poll(2)
  isAway = true
  await poll(3)
  expect(errors).toBe(2)
})
