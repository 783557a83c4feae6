/**
 * The page (Preact). This file logs in and shows `App` (`app.tsx`). The component that shows a button also handles its
 * clicks. Most calls to the daemon use `Store.request`, which shows an error to the user. These are the rooms:
 *
 * - `state/`     the store: state of the daemon, requests, login
 * - `status/`    the status line
 * - `compose/`   the form of a new drawing, with its preview
 * - `sheet/`     the sheet with the drawing and the ink
 * - `queue/`     the queue, the history and the batches
 * - `job/`       one job: its details, dialogs and actions
 * - `plotters/`  one plotter: its grant, movements and maintenance
 * - `farm/`      the plotters of all hosts
 * - `shared/`    parts that several rooms use
 */
import { render } from 'preact'
import { messageOf } from '../../../src/errors.ts'
import { App } from './app.tsx'
import { takeDecimalCommas } from './shared/decimal-comma.ts'
import { dropDoubleClicks } from './shared/double-clicks.ts'
import { keepFocus } from './shared/keep-focus.ts'
import { Login } from './state/login.ts'
import { Store } from './state/store.ts'
import { Wordmark } from './wordmark.tsx'

const root = document.getElementById('app')
if (!root) throw new Error('the page has no #app')

dropDoubleClicks()
takeDecimalCommas()
keepFocus()
const login = new Login(location.origin)
const store = new Store(location.origin, login)
const welcome = (why: string) => render(<Welcome why={why} />, root)

const stopListening = store.listen(() => {
  if (store.daemon.isLoggedOut) welcome(store.notice ?? 'This page is not logged in.')
})
await login.followLink()
const problem = await store.start().then(() => undefined, messageOf)
stopListening()
if (problem === undefined) render(<App store={store} />, root)
else welcome(problem)

/**
 * Shows why the page cannot start. A page without a session starts by itself when another page of the browser logs in.
 */
function Welcome({ why }: { why: string }) {
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
