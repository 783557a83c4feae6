/**
 * The room `server`: everything between a socket and a method. `listen` in `server.ts` opens the port (`listener`) and
 * the socket file (`local-socket`), and limits the connections (`connections` of the room `protocol`). `access` checks
 * Host, Origin and token. `http` serves the routes, and `websocket-client` serves one WebSocket over its
 * `paced-socket`. `http` and `websocket-client` count cost (`rate-limit`) and memory (`message-memory`). They pass
 * messages to `rpc`, which parses (`json`), validates and answers. The server executes no call that a client sent while
 * this process stood still (`standstill` of the room `protocol`).
 */
export type { HostFiles } from './host-files.ts'
export { exposureWarning } from './listener.ts'
export { socketPath } from './local-socket.ts'
export { pageAddress } from './page.ts'
export { rpc } from './rpc.ts'
export { listen, type Server } from './server.ts'
