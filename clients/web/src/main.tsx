import { render } from 'preact'
import { PlotdError } from '../../../src/errors.ts'
import { App } from './app.tsx'
import { Store } from './state/store.ts'
import { takeToken } from './token.ts'
import { Welcome } from './welcome.tsx'

const root = document.getElementById('app')
if (!root) throw new Error('the page has no #app')

const token = takeToken()
if (token === undefined) render(<Welcome why="This page was opened without its token." />, root)
else {
  const store = new Store(location.origin, token)
  const began = await store.start().then(
    () => undefined,
    (error: unknown) => (error instanceof PlotdError ? error.message : String(error)),
  )
  render(began === undefined ? <App store={store} /> : <Welcome why={began} />, root)
}
