#!/bin/sh
# Makes PDFs by programs of Debian, for `npm run bench import`. What is not installed is left out.
# Usage: bench/import/make-corpus.sh FOLDER
set -u
out=$(mkdir -p "$1" && cd "$1" && pwd)
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
find "$out" -name '*.pdf' -size 0 -delete
for folder in "$out"/*/; do echo "$(find "$folder" -name '*.pdf' | wc -l) $(basename "$folder")"; done
