import type { MarlinSettings } from './planner.ts'

export type PrinterFirmware = 'marlin' | 'klipper'

/** The lines that Marlin 2.1 sends when it starts. */
export const BOOT = 'start\nPowerUp\nMarlin 2.1.2.1\necho: Last Updated: 2023-05-16 | Author: (none, default config)\n'

const CAPABILITIES = [
  'SERIAL_XON_XOFF:0',
  'EEPROM:0',
  'AUTOREPORT_POS:1',
  'EMERGENCY_PARSER:0',
  'ARCS:1',
  'SOFTWARE_POWER:0',
]

/** The answer to a query of firmware, settings or switches; undefined for any other command. */
export function reportOf(word: string, firmware: PrinterFirmware, settings: MarlinSettings): string | undefined {
  const isKlipper = firmware === 'klipper'
  if (word === 'M115') return `${isKlipper ? 'ok ' : ''}${firmwareInfo(firmware)}`
  if (word === 'M119') return switchesReport(firmware)
  if (isKlipper) return word === 'SET_VELOCITY_LIMIT' ? velocityReport(settings) : undefined
  if (word === 'M211') return endsReport(settings)
  return word === 'M503' ? settingsReport(settings) : undefined
}

/** The answer to M115. Marlin sends `ok` after the answer, Klipper before the answer. */
function firmwareInfo(firmware: PrinterFirmware): string {
  if (firmware === 'klipper') return 'FIRMWARE_VERSION:v0.13.0-100-gabcdef12 FIRMWARE_NAME:Klipper'
  const name = 'FIRMWARE_NAME:Marlin 2.1.2.1 (May 16 2023 12:00:00) SOURCE_CODE_URL:github.com/MarlinFirmware/Marlin'
  const rest = 'PROTOCOL_VERSION:1.0 MACHINE_TYPE:3D Printer EXTRUDER_COUNT:1 UUID:cede2a2f-41a2-4748-9b12-c55c62f367ff'
  return `${name} ${rest}\n${CAPABILITIES.map((capability) => `Cap:${capability}\n`).join('')}`
}

const two = (value: number): string => value.toFixed(2)

/** The answer to M503. */
function settingsReport({ stepsPerMm, speed, acceleration, travel, junction }: MarlinSettings): string {
  const axes = (values: readonly number[]): string =>
    ['X', 'Y', 'Z'].map((axis, k) => `${axis}${two(values[k] ?? 0)}`).join(' ')
  return [
    'echo:; Linear Units:',
    'echo:  G21 ; (mm)',
    'echo:; Steps per unit:',
    `echo: M92 ${axes(stepsPerMm)} E500.00`,
    'echo:; Max feedrates (units/s):',
    `echo:  M203 ${axes(speed)} E25.00`,
    'echo:; Max Acceleration (units/s2):',
    `echo:  M201 ${axes(acceleration)} E10000.00`,
    'echo:; Acceleration (units/s2) (P<print-accel> R<retract-accel> T<travel-accel>):',
    `echo:  M204 P3000.00 R3000.00 T${two(travel)}`,
    'echo:; Advanced (B<min_segment_time_us> S<min_feedrate> T<min_travel_feedrate> J<junc_dev>):',
    `echo:  M205 B20000.00 S0.00 T0.00 J${two(junction)}`,
    '',
  ].join('\n')
}

/** The answer to M211. */
const endsReport = ({ size }: MarlinSettings): string =>
  `echo:  M211 S1 ; ON\n  Min:  X0.00 Y0.00 Z0.00   Max:  X${two(size[0])} Y${two(size[1])} Z${two(size[2])}\n`

/** The answer to SET_VELOCITY_LIMIT. */
const velocityReport = ({ speed, travel, cornerSpeed, cruiseRatio }: MarlinSettings): string =>
  `// max_velocity: ${speed[0].toFixed(6)}\n// max_accel: ${travel.toFixed(6)}\n// minimum_cruise_ratio: ${cruiseRatio.toFixed(6)}\n// square_corner_velocity: ${cornerSpeed.toFixed(6)}\n`

/** The answer to M119. */
const switchesReport = (firmware: PrinterFirmware): string =>
  firmware === 'klipper'
    ? 'x:open y:open z:open\n'
    : 'Reporting endstop status\nx_min: open\ny_min: open\nz_min: open\n'
