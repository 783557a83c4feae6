/**
 * The room `server`: everything between a socket and a method. `listen` opens the network address and the socket file.
 * `connections` limits clients without a token, `access` checks Host, Origin and token, `http` serves the routes, and
 * `websocket-client` serves one WebSocket. Both pass texts to `rpc`, which parses (`json`), validates and answers.
 */
export { exposureWarning } from './listener.ts'
export { socketPath } from './local-socket.ts'
export { rpc } from './rpc.ts'
export { listen, type Server } from './server.ts'
