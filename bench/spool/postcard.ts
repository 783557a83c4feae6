import type { NewJob } from '../../src/spool/index.ts'

const BYTES = 629
let count = 0

/** A job of the usual size: a postcard of 629 bytes as JSON. */
export function postcard(): NewJob {
  const number = String(++count).padStart(8, '0')
  return jobOf(number, MESSAGE)
}

const jobOf = (number: string, message: string) => ({
  task: 'postcard',
  params: { recipient: `Recipient ${number}`, template: 'birthday', font: 'scripts', message },
  title: `Birthday for Recipient ${number}`,
  tags: ['family', 'birthday'],
  priority: 50,
  output: `postcards/postcard_${number}_birthday.svg`,
})

/** The message of every postcard. The text is made once, so that the measurement excludes the time to make it. */
const MESSAGE = 'Many happy returns of the day. '
  .repeat(20)
  .slice(0, BYTES - JSON.stringify(jobOf('00000000', '')).length)
