import type { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import { validate } from '../../tasks/index.ts'
import { METHODS, type MethodName, permits, type Result, type Role } from '../protocol/index.ts'
import type { Caller, Handlers } from './handlers.ts'

type HostHandlers = Pick<Handlers, Extract<keyof Handlers, `host.${string}`>>
type Host = Result<'host.list'>['hosts'][number]

/** The hosts that share the queue. */
export interface HostParts {
  readonly here: () => Host
  readonly others: () => readonly Host[]
  /** @throws PlotdError ERR_HOST when there is no lost host of that name; ERR_SPOOL_WRITE */
  readonly forget: (name: string) => Promise<void>
}

/** The methods about a plotter and its plot that one host may call on another in the name of a client. */
export const PASSED_ON = /^(plotter\.(?!list$)\w+|job\.(pause|resume|place|trace))$/

/** @param handlers  returns all handlers */
export function hostHandlers({ here, others, forget }: HostParts, handlers: () => Handlers): HostHandlers {
  return {
    'host.list': () => ({ hosts: [here(), ...others()] }),
    'host.forget': async ({ name }) => {
      await forget(name)
      return {}
    },
    'host.call': (call, caller) => executePassedOn(handlers(), call, caller),
  }
}

/**
 * Executes a call that another host passes on for a client, with the role of that client.
 *
 * @throws PlotdError ERR_FORBIDDEN, ERR_PARAMS, and the errors of the method
 */
function executePassedOn(
  handlers: Handlers,
  { method, params, by }: Parameters<Handlers['host.call']>[0],
  caller: Caller,
): unknown {
  if (!caller.identity.isHost) throw new PlotdError('ERR_FORBIDDEN', 'only the hosts of a farm may call host.call')
  if (!PASSED_ON.test(method) || !Object.hasOwn(METHODS, method)) {
    throw new PlotdError('ERR_FORBIDDEN', `${method} is not passed on from host to host`, { method })
  }
  const { role, params: schema }: { role: Role; params: z.ZodType } = METHODS[method as MethodName]
  if (!permits(by.role, role)) {
    throw new PlotdError('ERR_FORBIDDEN', `${method} needs the role ${role}; the token ${by.name} has ${by.role}`)
  }
  const handle = handlers[method as MethodName] as (params: unknown, caller: Caller) => unknown
  const identity = { ...by, createdAt: undefined }
  return handle(validate({ name: method, schema }, params), { ...caller, identity, isPassedOn: true })
}
