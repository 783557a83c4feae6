#!/bin/sh
# Makes PDFs with programs of Debian, for `npm run bench import`. Skips programs that are not installed.
# Usage: bench/import/make-corpus.sh FOLDER
set -u
out=$(mkdir -p "$1" && cd "$1" && pwd) || exit
has() { command -v "$1" >/dev/null 2>&1; }
few() { sort | awk -v n="$1" '{ line[NR] = $0 } END { step = NR > n ? NR / n : 1; for (i = 1; int(i) <= NR; i += step) print line[int(i)] }'; }

mkdir -p "$out/debian" && find /usr/share -name '*.pdf' | while read -r file; do
  cp "$file" "$out/debian/$(echo "$file" | tr / _)"
done

if has ps2pdf && has groff; then
  mkdir -p "$out/ghostscript"
  find /usr/share/man/man1 -name '*.1.gz' | few 25 | while read -r file; do
    name=$(basename "$file" .1.gz)
    zcat "$file" | groff -man -Tps 2>/dev/null | ps2pdf - "$out/ghostscript/$name.pdf" 2>/dev/null
  done
fi

svgs() { find /usr/share/inkscape/examples /usr/share/inkscape/templates /usr/share/inkscape/icons/Tango/scalable -name '*.svg' 2>/dev/null; }
if has rsvg-convert; then
  mkdir -p "$out/cairo"
  svgs | few 40 | while read -r file; do rsvg-convert -f pdf -o "$out/cairo/$(basename "$file" .svg).pdf" "$file" 2>/dev/null; done
fi
if has inkscape; then
  mkdir -p "$out/inkscape"
  find /usr/share/inkscape/examples /usr/share/inkscape/templates -name '*.svg' | few 30 | while read -r file; do cp "$file" "$out/inkscape/"; done
  (cd "$out/inkscape" && inkscape --export-type=pdf ./*.svg >/dev/null 2>&1; rm -f ./*.svg)
fi

if has chromium; then
  mkdir -p "$out/chromium"
  find /usr/share -name '*.html' -size +2k -size -200k | few 25 | while read -r file; do
    timeout 60 chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
      --print-to-pdf="$out/chromium/$(basename "$file" .html).pdf" "file://$file" >/dev/null 2>&1
  done
fi

if has soffice; then
  mkdir -p "$out/libreoffice" "$out/in"
  find /usr/share -name '*.odt' -o -name '*.docx' | while read -r file; do cp "$file" "$out/in/"; done
  find /usr/share/doc -name 'README*' -size +1k -size -40k ! -name '*.gz' | few 12 | while read -r file; do
    cp "$file" "$out/in/$(echo "$file" | tr '/.' __).txt"
  done
  find /usr/share -name '*.html' -size +2k -size -60k | few 10 | while read -r file; do cp "$file" "$out/in/"; done
  for n in 1 2 3; do
    { echo 'Month,Pens,Metres,Note'; for m in $(seq 1 $((n * 15))); do echo "$m,$((m * n % 7)),$((m * 37)).5,Größe £ $m"; done; } >"$out/in/table$n.csv"
  done
  HOME=$out/in soffice --headless --convert-to pdf --outdir "$out/libreoffice" "$out"/in/*.* >/dev/null 2>&1
  rm -rf "$out/in"
fi

mkdir -p "$out/matplotlib" && (cd "$out/matplotlib" && /usr/bin/python3 - <<'PY'
try:
    import matplotlib
    matplotlib.use("pdf")
    import matplotlib.pyplot as plt, random, math
except ImportError:
    raise SystemExit
for n in range(30):
    random.seed(n)
    matplotlib.rcParams["pdf.fonttype"] = 42 if n % 2 else 3
    fig, ax = plt.subplots(figsize=(4 + n % 3, 3 + n % 2))
    xs = [i / 5 for i in range(60)]
    kind = n % 6
    if kind == 0:
        for k in range(3):
            ax.plot(xs, [math.sin(x + k) * (k - 1.5) for x in xs], ["-", "--", ":"][k], label=f"α = {k - 1}")
        ax.legend()
    elif kind == 1:
        ax.bar(range(8), [random.random() - 0.3 for _ in range(8)], color="none", edgecolor="k", hatch="/x\\o"[n % 4])
    elif kind == 2:
        ax.scatter([random.random() for _ in range(80)], [random.random() for _ in range(80)], marker="ox+^s"[n % 5])
    elif kind == 3:
        ax.contour([[math.sin(i / 3) * math.cos(j / 4) for i in range(20)] for j in range(20)], levels=8)
    elif kind == 4:
        ax.fill_between(xs, [math.sin(x) for x in xs], alpha=0.4)
        ax.grid(True, linestyle="-.")
    else:
        ax.step(xs, [round(math.sin(x) * 4) for x in xs])
        ax.annotate("peak é", (1.5, 4), (6, 3), arrowprops={"arrowstyle": "->"})
    ax.set_title(rf"Plot {n}: $\int x^2$ over −5 … 5" if n % 3 == 0 else f"Figure {n}")
    ax.set_xlabel("Länge, mm")
    fig.savefig(f"plot{n}.pdf")
    plt.close(fig)
PY
)

# The pictures of matplotlib's own tests.
tests=/usr/lib/python3/dist-packages/matplotlib/tests/baseline_images
if [ -d "$tests" ]; then
  mkdir -p "$out/matplotlib-tests"
  (cd "$tests" && find . -name '*.pdf' ! -path '*test_mathtext/*' | few 110; cd "$tests" && find . -name '*.pdf' -path '*test_mathtext/*' | few 10) |
    while read -r file; do cp "$tests/$file" "$out/matplotlib-tests/$(echo "$file" | sed 's|^\./||' | tr / _)"; done
fi

if has pdflatex; then
  mkdir -p "$out/latex" "$out/tex"
  /usr/bin/python3 - "$out/tex" <<'PY'
import sys, os
os.chdir(sys.argv[1])
body = {
    "math": r"\section{Sums} \[\sum_{n=1}^\infty \frac1{n^2}=\frac{\pi^2}6,\quad \int_0^1\sqrt{1-x^2}\,dx\] Let $\alpha\le\beta$ and $A\subset B$.",
    "table": r"\begin{tabular}{|l|r|c|}\hline Pen & Ink & Note\\\hline\hline Fine & 0.3 & \textbf{bold}\\ Broad & 1.0 & \emph{slanted}\\\hline\end{tabular}",
    "lists": r"\begin{itemize}\item One \item Two\begin{enumerate}\item Na\"ive caf\'e \item Stra\ss e, \o, \AE\end{enumerate}\end{itemize} Footnote\footnote{Below.}",
    "picture": r"\begin{tikzpicture}\draw[->] (0,0)--(4,0); \draw[dashed,thick] (0,0) circle (1.2); \draw[red,line width=2pt] plot[domain=0:4] (\x,{sin(\x r)}); \fill[blue!30] (2,1) rectangle +(1,1); \node[draw,rotate=30] at (2,-1) {Node $x$};\end{tikzpicture}",
    "patterns": r"\begin{tikzpicture}\filldraw[pattern=north east lines] (0,0) rectangle (3,2); \filldraw[pattern=dots] (4,0) circle (1); \draw[dotted] (0,-1) grid (4,-3); \clip (1,-2) circle (1); \draw (0,-3)--(4,-1);\end{tikzpicture}",
    "mono": r"\begin{verbatim}int main(void) { return 0; } /* ~^_{}% */\end{verbatim} \texttt{type} \textsc{Small Caps} \textsf{Sans} {\Huge Huge} {\tiny tiny}",
    "rules": r"\rule{5cm}{1pt}\par\fbox{Framed \framebox{twice}}\par\rotatebox{20}{Turned} \scalebox{2}[1]{Wide} \reflectbox{Mirror}\par\colorbox{yellow}{On colour} \textcolor{red}{Red}",
    "text": r"\section{Letters} " + "The quick brown fox jumps over the lazy dog; difficult offices affix fluff. " * 12,
}
for name, text in body.items():
    for size, fonts in (("10pt", ""), ("12pt", r"\usepackage{lmodern}\usepackage[T1]{fontenc}"), ("11pt", r"\renewcommand\familydefault\sfdefault")):
        with open(f"{name}-{size}.tex", "w") as file:
            file.write(r"\documentclass[%s,a4paper]{article}%s\usepackage{graphicx,xcolor,amsmath,tikz}\usetikzlibrary{patterns}\begin{document}%s\end{document}" % (size, fonts, text))
with open("slides.tex", "w") as file:
    file.write(r"\documentclass{beamer}\begin{document}\begin{frame}{Title}\begin{block}{Block}Text\end{block}\begin{itemize}\item Point\end{itemize}\end{frame}\end{document}")
PY
  (cd "$out/tex" && for file in *.tex; do
    timeout 60 pdflatex -interaction=batchmode "$file" >/dev/null 2>&1 && mv "${file%.tex}.pdf" "$out/latex/"
  done
  has lualatex && for file in math-12pt text-12pt picture-10pt; do
    timeout 90 lualatex -interaction=batchmode -jobname="$file-lua" "$file.tex" >/dev/null 2>&1 && mv "$file-lua.pdf" "$out/latex/"
  done
  has dvips && for file in math-10pt text-12pt table-10pt lists-11pt; do
    timeout 60 latex -interaction=batchmode "$file.tex" >/dev/null 2>&1 && dvips -q -o "$file.ps" "$file.dvi" && ps2pdf "$file.ps" "$out/latex/$file-dvips.pdf"
  done)
  rm -rf "$out/tex"
fi

if has gnuplot; then
  mkdir -p "$out/gnuplot"
  n=0
  for plot in 'sin(x)' 'sin(x)*x with points' 'besj0(x) with impulses' 'tan(x), cos(x) dt 2' 'x**2 with boxes' 'exp(-x*x) with steps'; do
    n=$((n + 1))
    gnuplot -e "set term pdfcairo; set output '$out/gnuplot/plot$n.pdf'; set grid; set title 'Größe $n'; plot $plot" 2>/dev/null
  done
  gnuplot -e "set term pdfcairo; set output '$out/gnuplot/surface.pdf'; set isosamples 30; set hidden3d; splot sin(x)*cos(y)" 2>/dev/null
  gnuplot -e "set term pdfcairo; set output '$out/gnuplot/contour.pdf'; set contour base; unset surface; set view map; splot x*x-y*y" 2>/dev/null
fi

if has dot; then
  mkdir -p "$out/graphviz"
  for layout in dot neato circo twopi fdp; do
    for shape in box ellipse record diamond; do
      { echo "digraph g { node [shape=$shape]; edge [style=dashed];"; for i in 1 2 3 4 5 6; do echo "n$i -> n$((i % 4 + 1)) [label=\"e$i\"];"; done; echo '}'; } |
        $layout -Tpdf -o "$out/graphviz/$layout-$shape.pdf" 2>/dev/null
    done
  done
fi

if has weasyprint; then
  mkdir -p "$out/weasyprint"
  find /usr/share/doc -name '*.html' -size +1k -size -40k | few 8 | while read -r file; do
    timeout 60 weasyprint -q "$file" "$out/weasyprint/$(basename "$file" .html).pdf" 2>/dev/null
  done
fi

mkdir -p "$out/reportlab" && (cd "$out/reportlab" && /usr/bin/python3 - <<'PY'
try:
    from reportlab.pdfgen import canvas
    from reportlab.lib.pagesizes import A4, A5, letter
except ImportError:
    raise SystemExit
import random
for n in range(12):
    random.seed(n)
    c = canvas.Canvas(f"sheet{n}.pdf", pagesize=(A4, A5, letter)[n % 3], pageCompression=n % 2)
    c.setLineWidth(0.5 + n % 4)
    for i in range(12):
        c.setStrokeColorRGB(random.random(), random.random() / 2, 0)
        c.setDash(*(([], 0), ([4, 2], 1), ([1, 3], 0))[i % 3])
        c.bezier(*[random.uniform(20, 400) for _ in range(8)])
        c.saveState()
        c.translate(200, 200)
        c.rotate(15 * i)
        c.roundRect(10, 10, 60, 20, 5, fill=i % 4 == 0)
        c.circle(120, 0, 5 + i)
        c.wedge(40, 40, 80, 80, 20 * i, 100)
        c.restoreState()
    c.save()
PY
)
find "$out" -name '*.pdf' -size 0 -delete
for folder in "$out"/*/; do echo "$(find "$folder" -name '*.pdf' | wc -l) $(basename "$folder")"; done
