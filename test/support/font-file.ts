/** A small SVG font: a box as the letter A, a lower box as the letter a, a slash, and a space. */
export const SVG_FONT = `<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg"><defs><font horiz-adv-x="600">
<font-face font-family="Boxes" units-per-em="1000"/>
<glyph unicode=" " horiz-adv-x="300"/>
<glyph unicode="A" d="M 50 0 L 50 700 L 550 700 L 550 0 Z"/>
<glyph unicode="a" d="M 50 0 L 50 400 L 450 400 L 450 0 Z"/>
<glyph unicode="/" d="M 50 0 L 450 700"/>
</font></defs></svg>`

/** A font in James Hurt's format (.jhf): a space, then an exclamation mark that is one vertical line. */
export const JHF_FONT = ['    1  1JZ', '    2  3MWRFR[', ''].join('\n')
