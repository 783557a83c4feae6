/** Minimum motor supply of an EBB, V. With USB power alone the board reads about 5 V. */
export const MIN_VOLTS = 6.5

/**
 * An EBB's motor supply, V.
 *
 * @param reading  second number that QC answers: 10 bits for 3.3 V, behind the divider and diode of boards since 2.3
 */
export const supplyVolts = (reading: number): number => Math.round(((reading / 1023) * 3.3 * 9.2 + 0.3) * 10) / 10
