/** A pear and an apple, lit from the left. The gallery draws this picture with the task `photo`. */
export const STILL_LIFE = `<svg xmlns="http://www.w3.org/2000/svg" width="840" height="592" viewBox="0 0 840 592">
<defs>
<linearGradient id="wall" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#b4b4b4"/></linearGradient>
<linearGradient id="table" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8a8a8a"/><stop offset="1" stop-color="#e8e8e8"/></linearGradient>
<radialGradient id="pear" cx=".36" cy=".3" r=".78"><stop offset="0" stop-color="#fff"/><stop offset=".45" stop-color="#aaa"/><stop offset=".85" stop-color="#1c1c1c"/><stop offset="1" stop-color="#444"/></radialGradient>
<radialGradient id="shadow"><stop offset="0" stop-color="#000" stop-opacity=".85"/><stop offset="1" stop-color="#000" stop-opacity="0"/></radialGradient>
</defs>
<rect width="840" height="592" fill="url(#wall)"/><rect y="400" width="840" height="192" fill="url(#table)"/>
<ellipse cx="470" cy="500" rx="210" ry="42" fill="url(#shadow)"/><ellipse cx="690" cy="520" rx="130" ry="30" fill="url(#shadow)"/>
<path d="M340 60C300 130 320 190 270 260C200 350 230 510 370 515C510 515 545 360 470 265C420 195 430 110 395 65C380 45 352 42 340 60Z" fill="url(#pear)"/>
<path d="M366 55C362 30 380 12 398 6" stroke="#222" stroke-width="9" fill="none" stroke-linecap="round"/>
<circle cx="630" cy="440" r="85" fill="url(#pear)"/>
</svg>`
