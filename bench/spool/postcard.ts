import type { NewJob } from '../../src/spool/index.ts'

let count = 0

/** A job of the usual size: a postcard of 629 bytes as JSON. */
export function postcard(): NewJob {
  const recipient = `Recipient ${String(++count).padStart(8, '0')}`
  const job = {
    task: 'postcard',
    params: { recipient, template: 'birthday', font: 'scripts', message: '' },
    title: `Birthday for ${recipient}`,
    tags: ['family', 'birthday'],
    priority: 50,
    output: `postcards/postcard_${count}_birthday.svg`,
  }
  const message = 'Many happy returns of the day. '.repeat(20).slice(0, 629 - JSON.stringify(job).length)
  return { ...job, params: { ...job.params, message } }
}
