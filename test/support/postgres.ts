export * from '../../bench/farm/postgres.ts'
