/// <reference types="node" preserve="true" />
/// <reference lib="esnext.disposable" preserve="true" />
/** The exports of the package: the client of a daemon, tasks, fonts, SVG, plans, simulators and ports. */
export {
  type ConnectOptions,
  cancelJob,
  connect,
  type EnqueueOptions,
  enqueue,
  enqueuePostcardGeneration,
  enqueueSvgGeneration,
  type FeedEvent,
  getJobStatus,
  type JobStatusReport,
  type JobWait,
  type MergeOptions,
  type MergeReport,
  mailMerge,
  type PlotdClient,
  type PostcardGeneration,
  type SvgGeneration,
  type WireJob,
  type WirePlotter,
  waitForJob,
} from '../clients/node/index.ts'
export { ERRORS, type ErrorCode, PlotdError } from './errors.ts'
export { boundsOf } from './geometry/bounds.ts'
export { type Deviation, deviation } from './geometry/deviation.ts'
export { type Drawing, drawingOf, type Layer, type Strokes } from './geometry/drawing.ts'
export { inkLength, travelLength } from './geometry/measure.ts'
export { type PageSize, pageNames, pageSize } from './geometry/pages.ts'
export { simplifyStrokes } from './geometry/simplify.ts'
export {
  addFont,
  type Block,
  blocksOf,
  type CharacterNote,
  type CollectedFont,
  type Coverage,
  characterName,
  coverage,
  DEFAULT_FONT,
  type FitOptions,
  type FittedText,
  type FontInfo,
  fitText,
  fontFromSamples,
  fontFromSvg,
  fontNames,
  fontSpecimen,
  fontsFor,
  KANJIVG_NOTICE,
  kanjiFont,
  type LetterSample,
  layoutText,
  loadFont,
  loadFontFile,
  notesOn,
  type PagesOptions,
  type PathText,
  type PathTextOptions,
  sampleOf,
  setPages,
  type TextLayout,
  type TextOptions,
  type TextPages,
  type ThinFont,
  textOnPath,
  thinFont,
  ufoFont,
  verticalText,
  type WrittenAlphabet,
  type WrittenFont,
  withoutFeatures,
} from './hershey/index.ts'
export { planToGcode, planToHpgl } from './plotter/export/index.ts'
export { estimate, strokeTimes } from './plotter/motion/estimate.ts'
export { calibrationOf, type SquareMeasurements } from './plotter/plan/calibrate.ts'
export { makePlan, type PlanResult, type PlanSource, readPlan } from './plotter/plan/make-plan.ts'
export type { Plan } from './plotter/plan/plan.ts'
export { isPageTurned, loadSolver, type PrepareOptions, type PrepareReport } from './plotter/prepare/index.ts'
export { DEFAULT_PROFILE, profileNamed, profiles } from './plotter/profiles/index.ts'
export type { Calibration, Profile } from './plotter/profiles/profile.ts'
export {
  type Figure,
  type MachineSettings,
  proposeProfile,
  type Suggestion,
  suggestion,
} from './plotter/propose/index.ts'
export { reachError } from './plotter/session/reach.ts'
export { type RunningSimulator, runSimulator } from './plotter/simulators/index.ts'
export { listPorts, type PortInfo } from './plotter/transport/ports.ts'
export { type BoardIdentity as Identity, identifyAddress } from './plotter/transport/probe.ts'
export {
  animatedSvg,
  DEFAULT_LIMITS,
  drawingsToPdf,
  drawingToSvg,
  inkToSvg,
  type NotDrawn,
  notFilledMessage,
  type ReadOptions,
  readSvg,
  SvgBuilder,
  type SvgReading,
  svgToPng,
  whiteFillMessage,
} from './svg/index.ts'
export {
  type CustomTasks,
  type DocumentFacts,
  type DocumentSvg,
  defineTask,
  describeDocument,
  drawPattern,
  importDocument,
  loadCustomTasks,
  type PatternParams,
  type PostcardParams,
  type PreparedJob,
  prepareJob,
  type Rendering,
  type RenderOptions,
  readAlphabetSheet,
  registryOf,
  render,
  type Task,
  type TaskContext,
  type TaskRegistry,
  taskList,
  tasks,
  tileNames,
  type WrittenSheet,
} from './tasks/index.ts'
