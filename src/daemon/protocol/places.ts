import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The file in the state folder with the daemon's address: JSON `{url, socket, pid, startedAt}`. A clean stop removes
 * the file.
 */
export const DAEMON_FILE = 'daemon.json'
/** The socket by which programs of the daemon's user connect without the network. */
export const SOCKET_FILE = 'plotd.sock'
/** The file with the master token. */
export const TOKEN_FILE = 'token'
/** The file with all tokens besides the master token: their names, roles, digests and times of creation. */
export const TOKENS_FILE = 'tokens.json'

/** The state folder of plotd as a service of the whole computer, as in examples/deploy/plotd.service. */
export const SERVICE_STATE = '/var/lib/plotd'

/** The state folder: `$PLOTD_STATE`, else `$XDG_STATE_HOME/plotd`, else `~/.local/state/plotd`. */
export const stateFolder = (env: Environment = process.env): string =>
  env['PLOTD_STATE'] || join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'plotd')

/** The folder of the configuration: `$XDG_CONFIG_HOME/plotd`, else `~/.config/plotd`. */
export const configFolder = (env: Environment = process.env): string =>
  join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'plotd')
