/** Straight-line motion limits of one pen state. Along the path and across it alike. */
export interface MotionLimits {
  /** mm/s */
  readonly speed: number
  /** mm/s² */
  readonly acceleration: number
  /** mm: how far a corner may be cut in the speed model (junction deviation); larger is faster round corners. */
  readonly junctionDeviation: number
  /** mm/s³ along the path: how fast acceleration may change, on boards that are sent their motion (EBB). Any, when absent. */
  readonly jerk?: number
}

/** Pen lift as data. Heights in percent of the servo's range, higher is UP (AxiDraw's direction; saxi's is the opposite). */
export interface PenLift {
  readonly upPercent: number
  readonly downPercent: number
  /** Time to lift and to lower before the next motion, ms. */
  readonly raiseMs: number
  readonly lowerMs: number
  /** How much longer lifting takes after a dot, as a board has said, ms: there nothing else has moved. 0 when absent. */
  readonly afterDotMs?: number
}

/** EBB: servo positions at 0 and 100 percent in units of 83.3 ns, and its sweep rate. */
export interface EbbOptions {
  readonly servoMin: number
  readonly servoMax: number
  /** Servo sweep, percent of the range per second. */
  readonly raiseRate: number
  readonly lowerRate: number
  /** Microstepping as EM takes it: 1 = 1/16 … 5 = full step. */
  readonly microstep: 1 | 2 | 3 | 4 | 5
  /** Servo output pin on port B; EBB's default is 1. */
  readonly servoPin?: number
}

/** GRBL: how the pen moves, as G-code templates; {height} and {ms} are filled in. */
export interface GrblOptions {
  readonly penUp: readonly string[]
  readonly penDown: readonly string[]
  readonly homing: boolean
  /** {height} at 0 and at 100 percent: PWM values or mm. */
  readonly heights?: { readonly at0: number; readonly at100: number }
  /** Does the board's y grow away from the person, as grbl's does? True unless said otherwise. */
  readonly yUp?: boolean
  /** After homing: where the drawing's top-left corner lies, machine mm; where homing ends when absent. */
  readonly homeAt?: { readonly x: number; readonly y: number }
  readonly start?: readonly string[]
  readonly end?: readonly string[]
}

/** HPGL: what differs between models. */
export interface HpglOptions {
  readonly pens: number
  /** Time to put a pen back and fetch another from a stall, ms; with a single pen a person does it. */
  readonly penChangeMs: number
  readonly bufferBytes: number
  readonly flow: 'xon-xoff' | 'hardware' | 'ask'
  readonly baudRate: number
  /** Plotter units at the drawing's top-left corner, and whether x and y change places. */
  readonly origin: { readonly x: number; readonly y: number }
  readonly swapAxes: boolean
  readonly unitMm: number
  /** mm/s² with the pen down once a speed has been selected, where that slows acceleration too: at full speed none is selected. */
  readonly selectedAcceleration?: number
  readonly initialize?: string
  /** Nothing comes back from it: what it does is reckoned by time. */
  readonly silent?: boolean
}

/** A machine as data: what planning and driving need to know, never code per model. */
export interface Profile {
  readonly name: string
  readonly title: string
  readonly dialect: 'ebb' | 'grbl' | 'hpgl'
  /** Reach in mm from home, at the drawing's top-left corner. */
  readonly width: number
  readonly height: number
  /** 'corexy': motor 1 = x + y, motor 2 = x − y (AxiDraw). 'cartesian-yx': motor 1 = y, motor 2 = x (EggBot). */
  readonly kinematics: 'cartesian' | 'cartesian-yx' | 'corexy'
  readonly stepsPerMm: number
  /** Steps per second that a motor (corexy) or axis can take; 25,000 on an EBB. */
  readonly maxStepRate: number
  readonly down: MotionLimits
  readonly up: MotionLimits
  readonly pen: PenLift
  readonly ebb?: EbbOptions
  readonly grbl?: GrblOptions
  readonly hpgl?: HpglOptions
}
