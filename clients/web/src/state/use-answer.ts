import { useEffect, useState } from 'preact/hooks'

/**
 * What was answered to the latest question: undefined until then, when it fails, and when nothing is asked. An answer
 * that was overtaken by another question is dropped.
 *
 * @param about  what the question depends on: it is asked anew when one of them changes
 * @param keep  show the last answer until there is another one
 */
export function useAnswer<T>(
  ask: () => Promise<T> | undefined,
  about: readonly unknown[],
  { keep = false }: { readonly keep?: boolean } = {},
): T | undefined {
  const [answer, set] = useState<T | undefined>()
  useEffect(() => {
    let isWanted = true
    if (!keep) set(undefined)
    const take = (given?: T): void => {
      if (isWanted) set(() => given)
    }
    ask()?.then(take, () => take())
    return () => {
      isWanted = false
    }
  }, about)
  return answer
}
