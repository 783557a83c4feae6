export * from '../../bench/farm/free-port.ts'
