export * from '../../bench/farm/wire-proxy.ts'
