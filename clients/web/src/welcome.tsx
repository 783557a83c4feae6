import { Wordmark } from './wordmark.tsx'

/** The page of a visitor whom the daemon does not let in. */
export function Welcome({ why }: { why: string }) {
  return (
    <main class="welcome">
      <Wordmark />
      <p>{why}</p>
      <p>
        On the computer that runs plotd, <code>plotd open</code> opens this page with access.
      </p>
      <button type="button" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  )
}
