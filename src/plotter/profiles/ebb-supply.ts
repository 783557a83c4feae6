/** Minimum motor supply of an EBB, V. With USB power alone the board reads about 5 V. */
export const MIN_VOLTS = 6.5

/**
 * An EBB's motor supply, V.
 *
 * @param reading  second number in the answer to QC: 0 … 1023 for 0 … 3.3 V at an input of the board. Boards since
 *   version 2.3 measure the supply through a diode and a divider
 */
export const supplyVolts = (reading: number): number => Math.round(((reading / 1023) * 3.3 * 9.2 + 0.3) * 10) / 10
