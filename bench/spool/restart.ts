import { openSpool } from '../../src/spool/index.ts'

/** Opens a spool. Prints the time of the opening, this process's processor time and memory, and the number of jobs. */
const start = performance.now()
const spool = await openSpool(process.argv[2] ?? '', { retention: { jobs: 1e9, days: 1e5 } })
const ms = performance.now() - start
const { user, system } = process.cpuUsage()
const mb = process.memoryUsage.rss() / (1 << 20)
const { total } = await spool.list({ limit: 1 })
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000, mb, jobs: total }))
await spool.close()
