import { runSimulator } from '../../src/plotter/simulators/index.ts'

/** As many EBB boards as the first argument says, in real time, in a process of their own; their addresses on stdout. */
const boards = await Promise.all(Array.from({ length: Number(process.argv[2]) }, () => runSimulator('ebb', { tcp: 0 })))
console.log(JSON.stringify(boards.map(({ url }) => url)))
