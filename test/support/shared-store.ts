import { randomUUID } from 'node:crypto'
import { type Farm, type FarmToken, type HostOffer, memorySpool, type OpenedSpool } from '../../src/spool/index.ts'

/** A store in memory that several daemons of this process share, as hosts share a database. */
export function sharedStore() {
  const engine = memorySpool()
  const rows = new Map<string, { offer: HostOffer | undefined; silentSince: number | undefined }>()
  const tokens = new Map<string, FarmToken>()
  const tokenListeners = new Set<() => Promise<void>>()
  const announce = () => {
    for (const listener of tokenListeners) void listener()
  }
  const secret = randomUUID()
  const silent = (since: number | undefined) => (since === undefined ? 0 : performance.now() - since)

  const farmOf = (host: string): Farm => ({
    ...{ host, secret, lockUse: { commits: 0, verbs: 0, lockMs: 0 } },
    hosts: async () =>
      [...rows].map(([id, { offer, silentSince }]) => ({
        ...{ id, offer, isStarting: false, silentMs: silent(silentSince) },
      })),
    publish: async (offer) => {
      rows.set(host, { offer, silentSince: undefined })
    },
    forgetHost: async (id) => rows.get(id)?.silentSince !== undefined && rows.delete(id),
    tokens: async () => [...tokens.values()],
    saveToken: async (token) => {
      tokens.set(token.name, token)
      announce()
    },
    removeToken: async (name) => {
      const existed = tokens.delete(name)
      announce()
      return existed
    },
    onTokens: (listener) => {
      tokenListeners.add(listener)
      return () => tokenListeners.delete(listener)
    },
  })

  return {
    /** The spool of one host. Its `close` does not close the store, which the other hosts still use. */
    spoolOf(host: string): OpenedSpool {
      const own: Partial<OpenedSpool> = {
        farm: farmOf(host),
        recovery: { requeued: [], interrupted: [] },
        store: () => ({ is: 'here' }),
        onStore: () => () => {},
        close: async () => {},
      }
      return new Proxy(engine as unknown as OpenedSpool, {
        get: (spool, key) => {
          if (key in own) return own[key as keyof OpenedSpool]
          const value: unknown = Reflect.get(spool, key)
          return typeof value === 'function' ? (value as () => unknown).bind(spool) : value
        },
      })
    },
    /** Makes a host look silent for the last `ms`, until it publishes again. */
    silence(host: string, ms = 60_000): void {
      const row = rows.get(host)
      if (row) row.silentSince = performance.now() - ms
    },
  }
}
