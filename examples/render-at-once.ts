import { ERRORS } from '../src/index.ts'

console.log(Object.keys(ERRORS).length, 'documented errors')
