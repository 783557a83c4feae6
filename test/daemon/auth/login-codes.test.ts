import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { CODE_LASTS, LoginCodes, MAX_CODES } from '../../../src/daemon/auth/login-codes.ts'
import { MAX_SESSIONS, Tokens } from '../../../src/daemon/auth/tokens.ts'

const record = { saveMaster: async () => {}, saveOthers: async () => {} }

function opened() {
  const clock = { now: 0 }
  const tokens = new Tokens('the-master-token-of-this-test', [], record)
  return { clock, tokens, codes: new LoginCodes(tokens, () => clock.now) }
}

describe('a login code', () => {
  it('opens one page session with the role of the token that requested it', async () => {
    const { tokens, codes } = opened()
    const shop = (await tokens.add('shop', 'submit')).identity
    const { identity, secret } = codes.redeem(codes.issue(shop).code)
    expect(identity).toMatchObject({ name: 'page-1', role: 'submit', by: 'shop' })
    expect(tokens.find(secret)).toBe(identity)
  })

  it('is refused at its second use, which also ends the page session that it gave', () => {
    const { tokens, codes } = opened()
    const { code } = codes.issue(tokens.master)
    const { identity } = codes.redeem(code)
    expect(() => codes.redeem(code)).toThrow('used before')
    expect(tokens.isAlive(identity)).toBe(false)
  })

  it('is refused after its time, and when its token was rotated or revoked meanwhile', async () => {
    const { clock, tokens, codes } = opened()
    const expired = codes.issue(tokens.master).code
    clock.now += CODE_LASTS
    expect(() => codes.redeem(expired)).toThrow('unknown or too old')
    const shop = (await tokens.add('shop', 'submit')).identity
    const [ofRotated, ofRevoked] = [codes.issue(tokens.master).code, codes.issue(shop).code]
    await tokens.rotate('master')
    await tokens.revoke('shop')
    for (const code of [ofRotated, ofRevoked, 'never-issued']) {
      expect(() => codes.redeem(code)).toThrow('unknown or too old')
    }
  })

  it('ends when its token requests too many other codes: the oldest codes end first', async () => {
    const { tokens, codes } = opened()
    const shop = (await tokens.add('shop', 'watch')).identity
    const owner = codes.issue(tokens.master).code
    const [first = '', ...others] = Array.from({ length: MAX_CODES + 1 }, () => codes.issue(shop).code)
    expect(() => codes.redeem(first)).toThrow('unknown')
    for (const code of [owner, ...others]) expect(codes.redeem(code).identity.by).toBeDefined()
  })

  it('is forgotten when its page session ends, so that a token keeps a limited number of codes', () => {
    const { tokens, codes } = opened()
    const used = Array.from({ length: MAX_SESSIONS + 1 }, () => {
      const { code } = codes.issue(tokens.master)
      codes.redeem(code)
      return code
    })
    const refusals = used.map((code) => {
      try {
        return codes.redeem(code)
      } catch (error) {
        return String(error)
      }
    })
    expect(refusals[0]).toMatch('unknown or too old')
    for (const refusal of refusals.slice(1)) expect(refusal).toMatch('used before')
  })

  it('cannot be requested by a page session', () => {
    const { tokens, codes } = opened()
    const { identity } = codes.redeem(codes.issue(tokens.master).code)
    expect(() => codes.issue(identity)).toThrow('cannot open another')
  })
})

describe('a page session', () => {
  it('is listed, can be revoked, and cannot be rotated', async () => {
    const { tokens } = opened()
    const { identity } = tokens.openSession(tokens.master)
    expect(tokens.list().map(({ name, by }) => [name, by])).toEqual([
      ['master', undefined],
      ['page-1', 'master'],
    ])
    await expect(tokens.rotate('page-1')).rejects.toMatchObject({ code: 'ERR_PARAMS' })
    await tokens.revoke('page-1')
    expect(tokens.isAlive(identity)).toBe(false)
  })

  it('ends with its token, and with no other token', async () => {
    const { tokens } = opened()
    const shop = (await tokens.add('shop', 'submit')).identity
    const [own, ofShop] = [tokens.openSession(tokens.master).identity, tokens.openSession(shop).identity]
    await tokens.rotate('shop')
    expect([own, ofShop].map((each) => tokens.isAlive(each))).toEqual([true, false])
    await tokens.rotate('master')
    expect(tokens.isAlive(own)).toBe(false)
  })

  it('that rotates its own token gets the answer before its connection closes', async () => {
    let save = (): void => {}
    const saving = new Promise<void>((resolve) => {
      save = resolve
    })
    const tokens = new Tokens('the-master-token-of-this-test', [], { ...record, saveMaster: () => saving })
    tokens.openSession(tokens.master)
    const order: string[] = []
    tokens.onRevoked(({ name }) => order.push(`the end of ${name}`))
    const rotation = tokens.rotate('master').then(() => order.push('the answer'))
    await turn()
    save()
    await rotation
    await turn()
    expect(order).toEqual(['the answer', 'the end of master', 'the end of page-1'])
  })

  it('is never written to the disk', async () => {
    const written: string[] = []
    const tokens = new Tokens('the-master-token-of-this-test', [], {
      ...record,
      saveOthers: async (all) => void written.push(JSON.stringify(all)),
    })
    tokens.openSession(tokens.master)
    await tokens.add('shop', 'submit')
    expect(written.join('')).not.toContain('page-1')
  })

  it('ends when its token opens too many other page sessions: the oldest end first', async () => {
    const { tokens } = opened()
    const other = tokens.openSession((await tokens.add('shop', 'submit')).identity).identity
    const sessions = Array.from({ length: MAX_SESSIONS + 2 }, () => tokens.openSession(tokens.master).identity)
    expect(sessions.map((each) => tokens.isAlive(each)).lastIndexOf(false)).toBe(1)
    expect(tokens.isAlive(other)).toBe(true)
  })
})
