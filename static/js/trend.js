// Line charts: [data-trend] holds a table of months and the box in which its columns are drawn.
const COLOURS = ["--rose-700", "--jade-700", "--slate-700", "--amber-800"];
const DASHES = ["solid", "solid", "dotted", "dashed"];
const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const font = getComputedStyle(document.body).fontFamily;

const numberIn = (text) => (text === "" || text === undefined ? null : Number(text));
const monthOf = (period) => {
  const [year, month] = period.split("-").map(Number);
  return month === 1 ? `${year}年1月` : `${String(year).slice(2)}年${month}月`;
};
const readTable = (figure) => {
  const rows = [...figure.querySelectorAll("tr[data-period]")].reverse();
  const heads = [...figure.querySelectorAll("th[data-line]")];
  return {
    periods: rows.map((row) => row.dataset.period),
    turns: rows.filter((row) => row.dataset.turn).map((row) => row.dataset),
    lines: heads.map((head, at) => ({
      name: head.dataset.line,
      target: numberIn(head.dataset.target),
      words: head.dataset.targetWords,
      values: rows.map((row) => numberIn(row.querySelectorAll("td")[at].dataset.value)),
    })),
  };
};
const marks = (table, at) => {
  const line = table.lines[at];
  const data = [];
  // One target line alone can be read; with several figures only the leading one has it.
  if (at === 0 && line.target !== null) {
    data.push({ yAxis: line.target, label: { formatter: line.words, position: "insideStartTop" } });
  }
  for (const turn of at === 0 ? table.turns : []) {
    data.push({ xAxis: monthOf(turn.period), label: { formatter: turn.turn, position: "insideEndTop" } });
  }
  const ink = colour("--ink");
  return { silent: true, symbol: "none", data, label: { color: ink, fontSize: 13 }, lineStyle: { color: ink, type: "dashed", width: 1 } };
};
const series = (table, at, isNarrow) => {
  const line = table.lines[at];
  const tint = colour(COLOURS[at]);
  const label = (point) => (isNarrow ? line.name : `${line.name} ${point.value}`);
  return {
    name: line.name, type: "line", data: line.values, symbol: SYMBOLS[at], symbolSize: 6, connectNulls: false,
    lineStyle: { width: at ? 2 : 3, type: DASHES[at], color: tint }, itemStyle: { color: tint },
    endLabel: { show: true, formatter: label, color: tint, fontSize: isNarrow ? 12 : 14, fontFamily: font, fontWeight: 600, distance: 8, lineHeight: 20 },
    labelLayout: { moveOverlap: "shiftY" }, markLine: marks(table, at),
  };
};
const options = (table, isNarrow) => {
  const all = table.lines.flatMap((line, at) => (at ? line.values : [...line.values, line.target]));
  const known = all.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const step = high - low > 40 ? 10 : 5;
  const isShare = low >= 0 && high <= 100 && high > 10;
  const scale = isShare ? { min: Math.max(0, Math.floor((low - 1) / step) * step), max: Math.min(100, Math.ceil((high + 1) / step) * step) } : { scale: true };
  return {
    animation: false, textStyle: { fontFamily: font },
    grid: { left: 46, right: isNarrow ? 92 : 148, top: 22, bottom: 34 },
    tooltip: { trigger: "axis", renderMode: "richText", textStyle: { fontSize: 14 } },
    xAxis: {
      type: "category", data: table.periods.map(monthOf), boundaryGap: false, axisTick: { show: false },
      axisLine: { lineStyle: { color: colour("--control") } },
      axisLabel: { color: colour("--ink-2"), fontSize: 13, hideOverlap: true, interval: isNarrow ? 7 : 3 },
    },
    yAxis: { type: "value", ...scale, axisLabel: { color: colour("--ink-3"), fontSize: 13 }, splitLine: { lineStyle: { color: colour("--line") } } },
    series: table.lines.map((line, at) => series(table, at, isNarrow)),
  };
};

if (window.echarts) {
  for (const figure of document.querySelectorAll("[data-trend]")) {
    const box = figure.querySelector(".trend-box");
    const chart = window.echarts.init(box);
    const table = readTable(figure);
    const draw = () => chart.setOption(options(table, box.clientWidth < 520), true);
    draw();
    window.addEventListener("resize", () => {
      chart.resize();
      draw();
    });
    // A part that was folded when the page came has no width until it is opened.
    const fold = box.closest("details");
    if (fold) fold.addEventListener("toggle", () => fold.open && (chart.resize(), draw()));
  }
}
