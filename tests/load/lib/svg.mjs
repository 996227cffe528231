// Groups of horizontal bars as one SVG, legible in light and dark.
const escape = text => String(text).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
const WIDTH = 760, LABEL = 220, LINE = 22, HEAD = 34;

function group({ title, unit, bars }, top) {
  const most = Math.max(...bars.map(([, value]) => value));
  const lines = bars.map(([name, value], i) => {
    const y = top + HEAD + i * LINE, length = Math.max(1, value / most * (WIDTH - LABEL - 110));
    return `<text x="${LABEL - 8}" y="${y + 14}" text-anchor="end">${escape(name)}</text>
<rect x="${LABEL}" y="${y + 2}" width="${length.toFixed(1)}" height="${LINE - 6}" rx="2" class="${i ? 'other' : 'ours'}"/>
<text x="${LABEL + length + 6}" y="${y + 14}">${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${escape(unit)}</text>`;
  });
  return `<text x="8" y="${top + 20}" class="title">${escape(title)}</text>\n${lines.join('\n')}`;
}

/** charts: [{ title, unit, bars: [[name, value], ...] }]; the first bar of each is ours. */
export function bars(charts) {
  let height = 10;
  const groups = charts.map(chart => {
    const drawn = group(chart, height);
    height += HEAD + chart.bars.length * LINE + 12;
    return drawn;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Benchmarks of Unknot">
<style>
svg { background: #fff; color: #1c2a33; font: 13px system-ui, sans-serif } text { fill: currentColor } .title { font-weight: 600 }
.ours { fill: #0b7a75 } .other { fill: #9fb3bd }
@media (prefers-color-scheme: dark) { svg { background: #12181c; color: #e3ebef } .ours { fill: #3fc1b8 } .other { fill: #51646f } }
</style>
${groups.join('\n')}
</svg>
`;
}
