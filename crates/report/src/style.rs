//! How reports look: dark, quiet, readable across a room, printable.

/// The style sheet. `FONT` is replaced by the embedded font's rule.
pub const SHEET: &str = "
:root { color-scheme: dark; --back: #10141a; --card: #18202a; --line: #2b3644; --text: #dfe7ef; --soft: #8fa0b3;
  --ok: #4cc38a; --warn: #f2b84b; --bad: #f0616d; --accent: #5aa9ff; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); line-height: 1.5;
  font-family: system-ui, 'Segoe UI', Roboto, 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Cyclorama', sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 28px 24px 64px; }
h1 { font-size: 30px; margin: 0 0 4px; } h2 { font-size: 20px; margin: 40px 0 12px; }
p { margin: 6px 0 12px; max-width: 85ch; } .soft { color: var(--soft); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 12px; }
.figure { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.figure.ok { border-left-color: var(--ok); } .figure.warn { border-left-color: var(--warn); } .figure.bad { border-left-color: var(--bad); }
.figure b { display: block; font-size: 24px; font-weight: 650; font-variant-numeric: tabular-nums; }
.figure span { color: var(--soft); font-size: 13px; display: block; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { text-align: right; padding: 7px 12px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } th { color: var(--soft); font-weight: 500; }
figure { margin: 0 0 18px; } figure img, figure video { width: 100%; border-radius: 8px; display: block; background: #000; }
figcaption { color: var(--soft); font-size: 13px; padding: 6px 2px; }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); gap: 8px; } .sheet figcaption { font-size: 11px; overflow-wrap: anywhere; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr)); gap: 16px; }
svg { width: 100%; height: auto; display: block; margin-bottom: 12px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
svg text { fill: var(--soft); font-size: 12px; } svg .name { fill: var(--text); } svg .grid { stroke: var(--line); } svg .band { fill: var(--line); opacity: 0.55; }
@media print { :root { color-scheme: light; --back: #fff; --card: #f6f8fa; --line: #d5dce4; --text: #111; --soft: #556; } }
";

/// Colours of the series of a chart, in order: told apart by people who do not see red and green apart.
pub const SERIES: [&str; 6] = [
    "#5aa9ff", "#f2b84b", "#4cc38a", "#d98cf0", "#f0616d", "#9fb3c8",
];

/// What a picture needs that stands without a page.
pub const ALONE: &str = "text { fill: #8fa0b3; font: 12px system-ui, sans-serif; } .name { fill: #dfe7ef; } \
  .grid { stroke: #2b3644; } .band { fill: #2b3644; opacity: 0.55; }";
