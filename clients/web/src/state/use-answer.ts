import { useEffect, useState } from 'preact/hooks'

/**
 * The answer to the latest request. Undefined until the first answer arrives, and after a failed request. Without
 * `keep`, also undefined during each request, and when `request` sends nothing. Drops an answer that arrives after
 * `dependencies` have changed.
 *
 * @param dependencies  values whose change sends the request again
 * @param keep  whether the previous answer stays until the next request is answered or fails
 */
export function useAnswer<T>(
  request: () => Promise<T> | undefined,
  dependencies: readonly unknown[],
  { keep = false }: { readonly keep?: boolean } = {},
): T | undefined {
  const [answer, setAnswer] = useState<T | undefined>()
  useEffect(() => {
    let isCurrent = true
    if (!keep) setAnswer(undefined)
    const take = (answer?: T): void => {
      if (isCurrent) setAnswer(() => answer)
    }
    request()?.then(take, () => take())
    return () => {
      isCurrent = false
    }
  }, dependencies)
  return answer
}
