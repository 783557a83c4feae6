import { basename } from 'node:path'
import { shortFileName } from '../../node/file-name.ts'
import { defineCommand } from '../args/command.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { readBytes } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'

export const photo = defineCommand({
  about: 'Queue a photo (PNG or JPEG), drawn in strokes: engraved, in waves, or stippled.',
  positionals: { file: { type: 'string', describe: 'the picture file; - is stdin' } },
  flags: {
    ...SUBMIT,
    fill: {
      type: 'boolean',
      default: false,
      describe: 'fill the area inside the margin; crop what does not fit',
      group: 'Drawing:',
    },
  },
  examples: [
    ['photo ada.jpg', 'in waves'],
    ['photo ada.jpg --style stipple --points 8000', ''],
  ],
  more: SUBMIT_MORE,
  hasTaskFlags: true,
  task: 'photo',
  async run(args, io) {
    const file = String(args.file)
    const bytes = await readBytes(file)
    const upload = await uploadPhoto(bytes, io)
    const name = file === '-' ? 'photo' : shortFileName(basename(file)).replace(/\.(png|jpe?g)$/i, '')
    return await submitJob(
      {
        task: 'photo',
        words: { name, ...paramsIn(args, ['file', 'fill']) },
        values: { upload, ...(args.fill && { fit: 'fill' }) },
      },
      args,
      io,
    )
  },
})

async function uploadPhoto(bytes: Uint8Array<ArrayBuffer>, io: Io): Promise<string> {
  await using client = await io.daemon.connect()
  return (await client.upload(bytes)).sha256
}
