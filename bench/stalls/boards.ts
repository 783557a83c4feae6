import { runSimulator } from '../../src/plotter/simulators/index.ts'

/** Runs EBB boards in real time, as many as the first argument says. Prints their addresses on stdout. */
const boards = await Promise.all(Array.from({ length: Number(process.argv[2]) }, () => runSimulator('ebb', { tcp: 0 })))
console.log(JSON.stringify(boards.map(({ url }) => url)))
