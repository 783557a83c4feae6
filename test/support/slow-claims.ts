import { vi } from 'vitest'
import type { Spool } from '../../src/spool/index.ts'

/** Makes the spool store each claim at once, but return it only after the call of the returned function. */
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
