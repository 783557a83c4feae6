/**
 * Text that makes an unfinished line in a board invalid. Another program may have left such a line, and a line end
 * alone would run it. Grbl and Klipper refuse the line for its second dot, Marlin for its checksum. The bracket ends a
 * comment of grbl. The boards still run the part before a semicolon, and Marlin a line without a line number, because
 * such a line needs no checksum.
 */
export const SPOIL = ')..*999'

/**
 * Like SPOIL for an EBB, with the line end. An EBB runs a command with further characters at its end. But it stores
 * only 256 characters and then begins again at its first place, so this text overwrites the whole command. The board
 * refuses what it then holds. Marlin cuts long lines: after the third digit, the checksum stays invalid.
 */
export const SPOIL_EBB = `)..*${'9'.repeat(255)}\r`
