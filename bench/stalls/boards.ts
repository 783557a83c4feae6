import { runSimulator } from '../../src/plotter/simulators/index.ts'

/** Runs EBB boards in real time; the first argument is their number. Prints their addresses on stdout. */
const boards = await Promise.all(Array.from({ length: Number(process.argv[2]) }, () => runSimulator('ebb', { tcp: 0 })))
console.log(JSON.stringify(boards.map(({ url }) => url)))
