/** Limits of the motion, with the pen up or with the pen down. */
export interface MotionLimits {
  /** mm/s */
  readonly speed: number
  /** mm/s² */
  readonly acceleration: number
  /** Junction deviation, mm. A larger value allows more speed at corners. */
  readonly junctionDeviation: number
  /** Jerk along the path, mm/s³, for boards that do not plan their motion (EBB); unlimited when absent. */
  readonly jerk?: number
  /**
   * The highest speed on an arc with a radius of r mm is `curvePace` · ∛r mm/s. A hand slows down in curves in this
   * way. No limit when absent.
   */
  readonly curvePace?: number
}

/**
 * Heights and times of the pen. Heights are percent of the range of the servo or Z axis. A larger percentage is higher,
 * as with AxiDraw. saxi counts the other way.
 */
export interface PenLift {
  readonly upPercent: number
  readonly downPercent: number
  /** Time in which the pen rises, and time in which it falls, ms. */
  readonly raiseMs: number
  readonly lowerMs: number
  /** Time after which a rising pen is clear of the paper and travel begins, ms; `raiseMs` when absent. */
  readonly clearMs?: number
  /** Time after which a falling pen certainly touches the paper and drawing begins, ms; `lowerMs` when absent. */
  readonly touchMs?: number
  /**
   * The pen may begin to fall this long before the end of a travel, ms, because it does not touch the paper before that
   * end. 0 when absent. Used on EBB boards with a deep queue, if `up.jerk` is absent.
   */
  readonly leadMs?: number
  /**
   * Time that a dot takes beyond `lowerMs` + `raiseMs`, ms; may be negative; 0 when absent. The motion of a stroke
   * changes the time in which the pen rises, and on some boards the time in which it falls. `raiseMs` and `lowerMs`
   * include this change. A dot has no motion, so this field takes the change back.
   */
  readonly afterDotMs?: number
  /**
   * Set on boards whose dwells last a multiple of `stepMs`, ms. Then `pen.clearMs` and `pen.touchMs` are absent.
   * `dwells.clearMs` fills {s} or {ms} in the templates `GcodeOptions.penUp`, and `dwells.touchMs` in the templates
   * `penDown`. `dwells.touchMs` is 0 when `penDown` has neither {s} nor {ms}.
   */
  readonly dwells?: { readonly stepMs: number; readonly clearMs: number; readonly touchMs: number }
  /**
   * The distance between pen up and pen down for which the times of a servo are enough, percent. When absent, the
   * distance between `upPercent` and `downPercent`.
   */
  readonly timedPercent?: number
  /**
   * The value of `timedPercent` before a plot changed the heights, percent. A smaller distance gets the times of this
   * value. When absent, `timedPercent`.
   */
  readonly leastPercent?: number
  /** Limits of the axis that carries the pen, mm/s and mm/s². The driver of a connected board sets them. */
  readonly axis?: { readonly speed: number; readonly acceleration: number }
  /** Extra time until the pen touches the paper, ms (`PenTool.dwellMs`). */
  readonly dwellMs?: number
  /** Time from the return home to the board's last answer, ms. The driver of a connected board sets it. */
  readonly endMs?: number
}

/** The differences of one pen, knife or brush from the others of a machine. */
export interface PenTool {
  /** The number of the pen, which is its slot on a plotter that changes pens by itself. */
  readonly pen: number
  /** Offset of this pen's tip from the tip of a pen without an entry, mm to the right and mm down; 0 when absent. */
  readonly dx?: number
  readonly dy?: number
  /** Extra time until the pen touches the paper and drawing begins, ms; 0 when absent. */
  readonly dwellMs?: number
}

/** Settings of an EBB. The servo's positions at 0 and 100 percent are in units of 83.3 ns. */
export interface EbbOptions {
  readonly servoMin: number
  readonly servoMax: number
  /** Servo rates, percent of the range per second. */
  readonly raiseRate: number
  readonly lowerRate: number
  /** Microstepping, in the numbers of the board's command EM: 1 = 1/16 … 5 = full step. */
  readonly microstep: 1 | 2 | 3 | 4 | 5
  /** Servo output pin on port B; EBB's default is 1. */
  readonly servoPin?: number
}

/** Settings of boards that read G-code, for the lines besides the moves and for the board's coordinates. */
export interface GcodeOptions {
  /** Templates of the lines that move the pen. plotd fills in {height}, and the duration as {s} or {ms}. */
  readonly penUp: readonly string[]
  readonly penDown: readonly string[]
  /** Whether the machine has limit switches. On grbl this field counts only when the board does not report $22. */
  readonly homing: boolean
  /** {height} at 0 and at 100 percent: PWM values, degrees or mm. */
  readonly heights?: { readonly at0: number; readonly at100: number }
  /** Whether the board's y grows away from the user, as grbl's does; true when absent. */
  readonly yUp?: boolean
  /**
   * The drawing's top-left corner after homing, machine mm. When absent, the corner is where homing ends, and on a 3D
   * printer the top-left corner of the bed.
   */
  readonly homeAt?: { readonly x: number; readonly y: number }
  /** Lines that are sent before and after each plot. */
  readonly start?: readonly string[]
  readonly end?: readonly string[]
}

/** Settings of grbl, for the pen and the board's planner. */
export interface GrblOptions extends GcodeOptions {
  /** Number of blocks that the board plans ahead; 15 when absent. A connected board's own number wins. */
  readonly lookAhead?: number
  /** Whether the board reads lines as fast as they arrive, as 32-bit boards do. */
  readonly readsAtOnce?: boolean
}

/** Settings of Marlin and Klipper, firmwares of 3D printers, for the pen and the time of a plot. */
export interface MarlinOptions extends GcodeOptions {
  /** The firmware, for estimates and for files. The answer of a connected board wins. */
  readonly firmware: 'marlin' | 'klipper'
  /** Time for which M280 delays the lines after it (SERVO_DELAY), ms; 300 when absent. */
  readonly servoMs?: number
  /** The least part of a move that has constant speed on Klipper (minimum_cruise_ratio), 0 … 1; 0.5 when absent. */
  readonly cruiseRatio?: number
}

/** The differences between models of HP-GL plotters. */
export interface HpglOptions {
  /** Number of pens that the plotter changes by itself; 1 when the user changes the pen. */
  readonly pens: number
  /** Time to put a pen back and fetch another from its slot, ms. */
  readonly penChangeMs: number
  /** Size of the input buffer, bytes. */
  readonly bufferBytes: number
  /** How a full buffer stops the sender. With 'ask' it does not, so plotd asks for the room in the buffer. */
  readonly flow: 'xon-xoff' | 'hardware' | 'ask'
  readonly baudRate: number
  /** Plotter units at the drawing's top-left corner, and whether x and y change places. */
  readonly origin: { readonly x: number; readonly y: number }
  readonly swapAxes: boolean
  /** Length of a plotter unit, mm. */
  readonly unitMm: number
  /** Acceleration with the pen down at a speed that `VS` has selected, mm/s²; `down.acceleration` when absent. */
  readonly selectedAcceleration?: number
  /** HP-GL that plotd sends after each IN. */
  readonly initialize?: string
  /** Whether the device answers nothing, so that plotd must compute the progress of a plot. */
  readonly silent?: boolean
}

/** The measured differences of a machine from its profile. `plotd calibrate` computes them. */
export interface Calibration {
  /** Length that the machine draws for 1 mm, along x and along y; 1 when absent. */
  readonly scaleX?: number
  readonly scaleY?: number
  /** Angle by which the machine's y axis leans towards x, degrees; 0 when absent. */
  readonly skewDegrees?: number
}

/** A machine as data, for planning and driving. No model has code of its own. */
export interface Profile {
  readonly name: string
  readonly title: string
  readonly dialect: 'ebb' | 'grbl' | 'marlin' | 'hpgl'
  /** Reach from home, which is the drawing's top-left corner, mm. */
  readonly width: number
  readonly height: number
  /** 'corexy': motor 1 = x + y, motor 2 = x − y (AxiDraw). 'cartesian-yx': motor 1 = y, motor 2 = x (EggBot). */
  readonly kinematics: 'cartesian' | 'cartesian-yx' | 'corexy'
  readonly stepsPerMm: number
  /** Highest rate of a motor (corexy) or axis, steps/s; 25,000 on an EBB. */
  readonly maxStepRate: number
  readonly down: MotionLimits
  readonly up: MotionLimits
  readonly pen: PenLift
  /** The pens that differ from the others. */
  readonly pens?: readonly PenTool[]
  /** The machine's errors. A plan corrects them, so that a drawing gets its true size and right angles. */
  readonly calibration?: Calibration
  readonly ebb?: EbbOptions
  readonly grbl?: GrblOptions
  readonly marlin?: MarlinOptions
  readonly hpgl?: HpglOptions
}
