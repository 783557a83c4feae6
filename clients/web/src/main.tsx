import { render } from 'preact'
import { PlotdError } from '../../../src/errors.ts'
import { App } from './app.tsx'
import { Login } from './state/login.ts'
import { Store } from './state/store.ts'
import { Welcome } from './welcome.tsx'

const root = document.getElementById('app')
if (!root) throw new Error('the page has no #app')

const login = new Login(location.origin)
const store = new Store(location.origin, login)
const welcome = (why: string) => render(<Welcome why={why} />, root)

const stopListening = store.listen(() => {
  if (store.daemon.loggedOut) welcome(store.notice ?? 'This page is not logged in.')
})
await login.followLink()
const problem = await store.start().then(
  () => undefined,
  (error: unknown) => (error instanceof PlotdError ? error.message : String(error)),
)
stopListening()
if (problem === undefined) render(<App store={store} />, root)
else welcome(problem)
