import type { AnyCommand } from './command.ts'

export interface Verb {
  /** The words after the verb, as yargs spells them: '<id..>', '[what]'. */
  readonly takes?: string
  readonly summary: string
  readonly group: Group
  /** Other words for it, from lp, lpstat, axicli and plain habit. */
  readonly also?: readonly string[]
  load(): Promise<AnyCommand>
}

export const GROUPS = {
  make: 'Send something to be drawn',
  queue: 'See and steer the queue',
  plotter: 'At the plotter',
  look: 'Look before you draw',
  house: 'Manage the daemon',
} as const
export type Group = keyof typeof GROUPS

export type Verbs = Readonly<Record<string, Verb>>

/** Every verb, in the order of the help. Only the wanted one is loaded. */
export const VERBS: Verbs = {
  postcard: {
    takes: '[recipient] [message..]',
    summary: 'queue a postcard: who, what, and a template',
    group: 'make',
    load: async () => (await import('../commands/postcard.ts')).postcard,
  },
  pattern: {
    takes: '<pattern>',
    summary: 'queue a generative pattern',
    group: 'make',
    load: async () => (await import('../commands/pattern.ts')).pattern,
  },
  photo: {
    takes: '<file>',
    summary: 'queue a photo to be drawn in strokes',
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
    summary: 'queue an SVG file for ink',
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
    summary: 'the queue, as it will be drawn',
    group: 'queue',
    also: ['ls', 'lpstat', 'lpq', 'queue', 'jobs'],
    load: async () => (await import('../commands/list.ts')).list,
  },
  show: {
    takes: '<id>',
    summary: 'one job, all of it',
    group: 'queue',
    also: ['status', 'job', 'info'],
    load: async () => (await import('../commands/show.ts')).show,
  },
  watch: {
    takes: '[id]',
    summary: 'follow a job, or everything, as it happens',
    group: 'queue',
    load: async () => (await import('../commands/watch.ts')).watch,
  },
  log: {
    takes: '<id>',
    summary: 'what a job had to say',
    group: 'queue',
    also: ['logs'],
    load: async () => (await import('../commands/log.ts')).log,
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
    summary: 'keep waiting jobs back',
    group: 'queue',
    load: async () => (await import('../commands/jobs.ts')).hold,
  },
  release: {
    takes: '[id..]',
    summary: 'let held jobs go',
    group: 'queue',
    load: async () => (await import('../commands/jobs.ts')).release,
  },
  top: {
    takes: '<id..>',
    summary: 'to the front of the queue',
    group: 'queue',
    load: async () => (await import('../commands/jobs.ts')).top,
  },
  retry: {
    takes: '<id..>',
    summary: 'failed, canceled or interrupted: once more',
    group: 'queue',
    also: ['requeue'],
    load: async () => (await import('../commands/jobs.ts')).retry,
  },
  again: {
    takes: '<id..>',
    summary: 'the same once more, as a new job',
    group: 'queue',
    also: ['restart', 'reprint'],
    load: async () => (await import('../commands/jobs.ts')).again,
  },
  forget: {
    takes: '<id..>',
    summary: 'drop finished jobs from the list; their SVGs stay',
    group: 'queue',
    also: ['remove'],
    load: async () => (await import('../commands/jobs.ts')).forget,
  },
  purge: {
    summary: 'forget all that ended some time ago',
    group: 'queue',
    also: ['empty'],
    load: async () => (await import('../commands/purge.ts')).purge,
  },
  export: {
    summary: 'jobs with their parameters, as JSON lines',
    group: 'queue',
    load: async () => (await import('../commands/export.ts')).exportJobs,
  },
  import: {
    takes: '<file>',
    summary: 'queue what was exported',
    group: 'queue',
    load: async () => (await import('../commands/export.ts')).importJobs,
  },

  plotters: {
    summary: 'the plotters and what each is doing',
    group: 'plotter',
    also: ['plotter', 'sysinfo', 'printers'],
    load: async () => (await import('../commands/plotters.ts')).plotters,
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
    summary: 'walk round a job’s ink with the pen up, before there is any',
    group: 'plotter',
    also: ['bounds'],
    load: async () => (await import('../commands/beside-plotter.ts')).frame,
  },
  pause: {
    takes: '[plotter]',
    summary: 'stop after this stroke, pen up',
    group: 'plotter',
    load: async () => (await import('../commands/pause.ts')).pause,
  },
  resume: {
    takes: '[what]',
    summary: 'go on: after a pause, a pen change, an interruption',
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
    summary: 'pen heights and speed from here on',
    group: 'plotter',
    load: async () => (await import('../commands/beside-plotter.ts')).adjust,
  },
  jog: {
    takes: '<dx> <dy>',
    summary: 'move the carriage, pen up, in mm',
    group: 'plotter',
    load: async () => (await import('../commands/plotter.ts')).jog,
  },
  home: {
    takes: '[plotter]',
    summary: 'back to home, or say that here is home',
    group: 'plotter',
    also: ['res_home'],
    load: async () => (await import('../commands/plotter.ts')).home,
  },
  motors: {
    takes: '<to>',
    summary: 'hold the carriage, or let it be moved by hand',
    group: 'plotter',
    load: async () => (await import('../commands/plotter.ts')).motors,
  },
  align: {
    takes: '[plotter]',
    summary: 'pen up, motors free: to put things in place by hand',
    group: 'plotter',
    load: async () => (await import('../commands/beside-plotter.ts')).align,
  },
  clear: {
    takes: '[plotter]',
    summary: 'the cause of a fault is mended',
    group: 'plotter',
    also: ['unlock'],
    load: async () => (await import('../commands/plotter.ts')).clear,
  },
  ports: {
    summary: 'serial ports of this machine, and what may be on them',
    group: 'plotter',
    also: ['devices', 'lpinfo'],
    load: async () => (await import('../commands/ports.ts')).ports,
  },

  preview: {
    takes: '<file>',
    summary: 'an SVG’s figures and picture: what ink, how long, what is left out',
    group: 'look',
    load: async () => (await import('../commands/preview.ts')).preview,
  },
  prepare: {
    takes: '<file>',
    summary: 'an SVG as it would be drawn: merged, ordered, fitted',
    group: 'look',
    load: async () => (await import('../commands/prepare.ts')).prepare,
  },
  simulate: {
    takes: '[kind]',
    summary: 'a plotter made of software, on a serial port',
    group: 'look',
    load: async () => (await import('../commands/simulate.ts')).simulate,
  },
  fonts: {
    takes: '[name..]',
    summary: 'the single-stroke fonts, with samples',
    group: 'look',
    load: async () => (await import('../commands/fonts.ts')).fonts,
  },
  patterns: {
    takes: '[name..]',
    summary: 'the patterns, each drawn small',
    group: 'look',
    load: async () => (await import('../commands/galleries.ts')).patterns,
  },
  templates: {
    takes: '[name..]',
    summary: 'the postcard templates, each drawn small',
    group: 'look',
    load: async () => (await import('../commands/galleries.ts')).templates,
  },
  task: {
    takes: '[what] [name]',
    summary: 'the tasks and their parameters',
    group: 'look',
    also: ['tasks'],
    load: async () => (await import('../commands/task.ts')).task,
  },

  serve: {
    summary: 'start the daemon',
    group: 'house',
    also: ['start', 'daemon', 'worker'],
    load: async () => (await import('../commands/serve.ts')).serve,
  },
  demo: {
    summary: 'see it all work, with a plotter made of software',
    group: 'house',
    load: async () => (await import('../commands/demo.ts')).demo,
  },
  config: {
    summary: 'every setting, and where it came from',
    group: 'house',
    load: async () => (await import('../commands/config.ts')).config,
  },
  token: {
    takes: '[what] [name]',
    summary: 'the daemon’s token, for other clients',
    group: 'house',
    load: async () => (await import('../commands/token.ts')).token,
  },
  open: {
    summary: 'the page, in your browser',
    group: 'house',
    also: ['web', 'ui'],
    load: async () => (await import('../commands/open.ts')).open,
  },
  doctor: {
    summary: 'what is wrong with this machine, and the command that mends it',
    group: 'house',
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  completion: {
    takes: '<what> [verb]',
    summary: 'completion for bash, zsh or fish',
    group: 'house',
    load: async () => (await import('../commands/completion.ts')).completion(VERBS),
  },
}
