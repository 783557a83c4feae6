/** A promise with the functions that settle it. */
export interface PromiseParts<T, E = unknown> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: E) => void
}

export function deferred<T, E = unknown>(): PromiseParts<T, E> {
  let resolve: (value: T) => void = () => {}
  let reject: (error: E) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
