import { configKeys, variableOf } from '../../src/daemon/config/config.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'

/** The table in docs/operations.md that lists all keys of the configuration. */
export function configTable(): string {
  const defaults = configSchema.parse({ state: 'the folder above' })
  const rows = configKeys().map(({ key, about }) => {
    const usual = key.split('.').reduce<unknown>((value, step) => (value as Record<string, unknown>)?.[step], defaults)
    return `| ${key} | ${usual === undefined ? '' : JSON.stringify(usual)} | ${variableOf(key)} | ${about} |`
  })
  return ['| key | default | variable | |', '|---|---|---|---|', ...rows].join('\n')
}
