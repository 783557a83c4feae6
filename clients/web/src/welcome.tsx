import { Wordmark } from './wordmark.tsx'

/** The page of a browser without a session. It continues by itself when the browser has a session. */
export function Welcome({ why }: { why: string }) {
  return (
    <main class="welcome">
      <Wordmark />
      <p>{why}</p>
      <p>
        On the computer that runs plotd, <code>plotd open</code> opens this page and logs you in.
      </p>
      <button type="button" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  )
}
