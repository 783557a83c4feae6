import { vi } from 'vitest'
import type { Spool } from '../../src/spool/index.ts'

/** Delays the answers of `spool.claim`; the spool stores each claim at once. @returns a function that ends the delay */
export function slowClaims(spool: Spool): () => void {
  let answer = () => {}
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  const claim = spool.claim.bind(spool)
  vi.spyOn(spool, 'claim').mockImplementation(async (request) => {
    const held = await claim(request)
    await answered
    return held
  })
  return answer
}
