/**
 * The room `files`: the daemon's files besides the queue. `uploads` has the files of clients, named by their hash.
 * `named-uploads` lists the uploads that each file of large parameters names. `output` opens files below the output
 * folder. `retention` removes uploads and plans that no job needs. Threads import single files of this room, because
 * that makes their start quicker.
 */
export { hashesIn, NamedUploads } from './named-uploads.ts'
export { hasOutput, OUTPUT_HEADERS, openOutput, outputHash, outputType } from './output.ts'
export { isOlder, removeOldPlans, schedulePlanRemoval, scheduleUploadRemoval } from './retention.ts'
export { Uploads } from './uploads.ts'
