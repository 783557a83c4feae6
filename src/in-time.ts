/**
 * Resolves with the answer, if it comes in time.
 *
 * @param limitMs  time for the answer, ms
 * @param late     makes the error that is thrown if no answer comes in that time
 * @throws the error of the answer; the error of `late`
 */
export async function inTime<T>(answer: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), limitMs)
  })
  try {
    return await Promise.race([answer, limit])
  } finally {
    clearTimeout(timer)
  }
}
