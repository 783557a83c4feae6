/**
 * The verbs and their command line. This room parses what was typed; what a verb does is in `commands/`. Other rooms
 * import `command.ts` (the type of a verb), `params.ts` and `suggest.ts` from here.
 */
import type { AnyCommand } from './command.ts'

export interface Verb {
  /** The words after the verb, as yargs spells them: '<id..>', '[what]'. */
  readonly takes?: string
  readonly summary: string
  readonly group: Group
  /** Other names of the verb: those of lp, lpstat and axicli, and plain habit. */
  readonly also?: readonly string[]
  load(): Promise<AnyCommand>
}

export const GROUPS = {
  make: 'Queue something to draw',
  queue: 'Manage the queue',
  plotter: 'At the plotter',
  look: 'Preview and explore',
  daemon: 'Manage the daemon',
} as const
export type Group = keyof typeof GROUPS

export type Verbs = Readonly<Record<string, Verb>>

/** Every verb, in the order of the help. The module of a verb is imported when the verb is typed. */
export const VERBS: Verbs = {
  postcard: {
    takes: '[recipient] [message..]',
    summary: 'queue a postcard: recipient, message and template',
    group: 'make',
    load: async () => (await import('../commands/postcard.ts')).postcard,
  },
  pattern: {
    takes: '<pattern>',
    summary: 'queue a generative pattern',
    group: 'make',
    load: async () => (await import('../commands/submit.ts')).pattern,
  },
  photo: {
    takes: '<file>',
    summary: 'queue a photo, drawn in strokes',
    group: 'make',
    load: async () => (await import('../commands/photo.ts')).photo,
  },
  text: {
    takes: '<text..>',
    summary: 'queue a text in a single-stroke font',
    group: 'make',
    load: async () => (await import('../commands/text.ts')).text,
  },
  svg: {
    takes: '<file..>',
    summary: 'queue an SVG file as a job',
    group: 'make',
    load: async () => (await import('../commands/svg.ts')).svg,
  },
  plot: {
    takes: '<file..>',
    summary: 'queue an SVG file and draw it',
    group: 'make',
    also: ['lp', 'lpr', 'print', 'draw'],
    load: async () => (await import('../commands/svg.ts')).plot,
  },
  submit: {
    takes: '<task> [words..]',
    summary: 'queue any task, with parameters as flags or JSON',
    group: 'make',
    also: ['enqueue'],
    load: async () => (await import('../commands/submit.ts')).submit,
  },

  list: {
    summary: 'list jobs in the order they will be drawn',
    group: 'queue',
    also: ['ls', 'lpstat', 'lpq', 'queue', 'jobs'],
    load: async () => (await import('../commands/list.ts')).list,
  },
  show: {
    takes: '<id>',
    summary: 'show everything about one job',
    group: 'queue',
    also: ['status', 'job', 'info'],
    load: async () => (await import('../commands/show.ts')).show,
  },
  watch: {
    takes: '[id]',
    summary: 'follow a job, or all events',
    group: 'queue',
    load: async () => (await import('../commands/watch.ts')).watch,
  },
  log: {
    takes: '<id>',
    summary: 'show a job’s log',
    group: 'queue',
    also: ['logs'],
    load: async () => (await import('../commands/show.ts')).log,
  },
  cancel: {
    takes: '[id..]',
    summary: 'cancel jobs; a plot lifts the pen and ends',
    group: 'queue',
    also: ['rm', 'lprm'],
    load: async () => (await import('../commands/jobs.ts')).cancel,
  },
  hold: {
    takes: '[id..]',
    summary: 'keep waiting jobs from starting',
    group: 'queue',
    load: async () => (await import('../commands/jobs.ts')).hold,
  },
  release: {
    takes: '[id..]',
    summary: 'let held jobs start',
    group: 'queue',
    load: async () => (await import('../commands/jobs.ts')).release,
  },
  top: {
    takes: '<id..>',
    summary: 'move jobs to the front of the queue',
    group: 'queue',
    load: async () => (await import('../commands/jobs.ts')).top,
  },
  retry: {
    takes: '<id..>',
    summary: 'start failed, canceled or interrupted jobs again',
    group: 'queue',
    also: ['requeue'],
    load: async () => (await import('../commands/jobs.ts')).retry,
  },
  again: {
    takes: '<id..>',
    summary: 'queue the same job once more, as a new job',
    group: 'queue',
    also: ['restart', 'reprint'],
    load: async () => (await import('../commands/jobs.ts')).again,
  },
  forget: {
    takes: '<id..>',
    summary: 'remove finished jobs from the list; their SVGs stay',
    group: 'queue',
    also: ['remove'],
    load: async () => (await import('../commands/jobs.ts')).forget,
  },
  purge: {
    summary: 'forget all jobs that ended some time ago',
    group: 'queue',
    also: ['empty'],
    load: async () => (await import('../commands/jobs.ts')).purge,
  },
  export: {
    summary: 'print jobs with their parameters, as JSON lines',
    group: 'queue',
    load: async () => (await import('../commands/export.ts')).exportJobs,
  },
  import: {
    takes: '<file>',
    summary: 'add the jobs of an export',
    group: 'queue',
    load: async () => (await import('../commands/export.ts')).importJobs,
  },

  plotters: {
    summary: 'list the plotters and what each is doing',
    group: 'plotter',
    also: ['plotter', 'sysinfo', 'printers'],
    load: async () => (await import('../commands/plotter.ts')).plotters,
  },
  ready: {
    takes: '[plotter]',
    summary: 'grant a sheet: it is down, the carriage is at home',
    group: 'plotter',
    load: async () => (await import('../commands/plotter.ts')).ready,
  },
  unready: {
    takes: '[plotter]',
    summary: 'take a grant back before it is used',
    group: 'plotter',
    load: async () => (await import('../commands/plotter.ts')).unready,
  },
  frame: {
    takes: '<id>',
    summary: 'move round a job’s ink with the pen up',
    group: 'plotter',
    also: ['bounds'],
    load: async () => (await import('../commands/plotter.ts')).frame,
  },
  pause: {
    takes: '[plotter]',
    summary: 'stop after this stroke, with the pen up',
    group: 'plotter',
    load: async () => (await import('../commands/pause.ts')).pause,
  },
  resume: {
    takes: '[what]',
    summary: 'continue after a pause, a pen change or an interruption',
    group: 'plotter',
    also: ['unpause', 'continue', 'res_plot'],
    load: async () => (await import('../commands/resume.ts')).resume,
  },
  pen: {
    takes: '<to>',
    summary: 'raise, lower or toggle the pen',
    group: 'plotter',
    load: async () => (await import('../commands/plotter.ts')).pen,
  },
  adjust: {
    takes: '[plotter]',
    summary: 'change pen heights and speed from here on',
    group: 'plotter',
    load: async () => (await import('../commands/plotter.ts')).adjust,
  },
  jog: {
    takes: '<dx> <dy>',
    summary: 'move the carriage, pen up, in mm',
    group: 'plotter',
    load: async () => (await import('../commands/plotter.ts')).jog,
  },
  home: {
    takes: '[plotter]',
    summary: 'move to home, or set home here',
    group: 'plotter',
    also: ['res_home'],
    load: async () => (await import('../commands/plotter.ts')).home,
  },
  motors: {
    takes: '<to>',
    summary: 'switch the motors on, or off to move the carriage by hand',
    group: 'plotter',
    load: async () => (await import('../commands/plotter.ts')).motors,
  },
  align: {
    takes: '[plotter]',
    summary: 'pen up and motors off, to place pen and carriage by hand',
    group: 'plotter',
    load: async () => (await import('../commands/plotter.ts')).align,
  },
  clear: {
    takes: '[plotter]',
    summary: 'clear a fault after its cause is mended',
    group: 'plotter',
    also: ['unlock'],
    load: async () => (await import('../commands/plotter.ts')).clear,
  },
  ports: {
    summary: 'list serial ports and what may be on them',
    group: 'plotter',
    also: ['devices', 'lpinfo'],
    load: async () => (await import('../commands/ports.ts')).ports,
  },

  preview: {
    takes: '<file>',
    summary: 'show an SVG’s figures, picture, time and losses',
    group: 'look',
    load: async () => (await import('../commands/preview.ts')).preview,
  },
  prepare: {
    takes: '<file>',
    summary: 'write an SVG as it would be drawn: merged, ordered, fitted',
    group: 'look',
    load: async () => (await import('../commands/prepare.ts')).prepare,
  },
  simulate: {
    takes: '[kind]',
    summary: 'run a simulated plotter on a serial port',
    group: 'look',
    load: async () => (await import('../commands/simulate.ts')).simulate,
  },
  fonts: {
    takes: '[name..]',
    summary: 'list the single-stroke fonts, with samples',
    group: 'look',
    load: async () => (await import('../commands/fonts.ts')).fonts,
  },
  patterns: {
    takes: '[name..]',
    summary: 'list the patterns, each drawn small',
    group: 'look',
    load: async () => (await import('../commands/galleries.ts')).patterns,
  },
  templates: {
    takes: '[name..]',
    summary: 'list the postcard templates, each drawn small',
    group: 'look',
    load: async () => (await import('../commands/galleries.ts')).templates,
  },
  task: {
    takes: '[what] [name]',
    summary: 'list the tasks and their parameters',
    group: 'look',
    also: ['tasks'],
    load: async () => (await import('../commands/task.ts')).task,
  },

  serve: {
    summary: 'start the daemon',
    group: 'daemon',
    also: ['start', 'daemon', 'worker'],
    load: async () => (await import('../commands/serve.ts')).serve,
  },
  demo: {
    summary: 'try everything with a simulated plotter',
    group: 'daemon',
    load: async () => (await import('../commands/demo.ts')).demo,
  },
  config: {
    summary: 'show every setting and where it came from',
    group: 'daemon',
    load: async () => (await import('../commands/config.ts')).config,
  },
  token: {
    takes: '[what] [name]',
    summary: 'manage the daemon’s tokens',
    group: 'daemon',
    load: async () => (await import('../commands/token.ts')).token,
  },
  open: {
    summary: 'open the page in your browser',
    group: 'daemon',
    also: ['web', 'ui'],
    load: async () => (await import('../commands/open.ts')).open,
  },
  doctor: {
    summary: 'check this machine and say how to mend it',
    group: 'daemon',
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  completion: {
    takes: '<what> [verb]',
    summary: 'print a completion script for bash, zsh or fish',
    group: 'daemon',
    load: async () => (await import('../commands/completion.ts')).completion(VERBS),
  },
}
