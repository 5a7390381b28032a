import { colourVariables } from "./figure.ts";

/** All of the page's looks. No font, picture or style comes from elsewhere. */
export const STYLE: string = `
:root{color-scheme:light dark;${colourVariables(false)};--page:#f3f5f6;--edge:#d5dade;--soft:#a35a00;--hard:#b3261e;--ok:#1d7a4c;--warn-paper:#fff4de}
@media (prefers-color-scheme:dark){:root{${colourVariables(true)};--page:#0f1419;--edge:#323d47;--soft:#f0b429;--hard:#ff8d84;--ok:#56c596;--warn-paper:#33280f}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 "Segoe UI","Helvetica Neue",Helvetica,Arial,sans-serif}
main{max-width:1020px;margin:0 auto;padding:24px 20px 48px}
header,section{background:var(--paper);border:1px solid var(--edge);border-radius:10px;padding:20px 24px;margin:0 0 18px}
h1{font-size:25px;line-height:1.2;margin:0 0 6px}
h2{font-size:19px;margin:0 0 12px}
h3{font-size:15.5px;margin:22px 0 8px}
h2+h3{margin-top:0}
p{margin:0 0 10px;max-width:76ch}
.kicker,footer,.muted{color:var(--muted)}
.kicker{margin:0 0 2px;font-size:13px}
.banner{background:var(--warn-paper);border:2px solid var(--soft);border-radius:10px;padding:12px 18px;margin:0 0 18px}
.banner strong{letter-spacing:.08em}
.badge{display:inline-block;border:1.5px solid currentColor;border-radius:99px;padding:1px 11px;font-size:13px;font-weight:650;white-space:nowrap}
.ok{color:var(--ok)}.soft{color:var(--soft)}.hard{color:var(--hard)}.plain{color:var(--muted)}
.sums{display:flex;flex-wrap:wrap;gap:10px 34px;margin:14px 0 16px}
.sums div{font-size:13px;color:var(--muted)}
.sums b{display:block;font-size:26px;line-height:1.15;color:var(--ink);font-weight:650}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(270px,1fr));gap:6px 26px;margin:0 0 12px}
dl div{min-width:0}
dt{font-size:12.5px;color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
.wide{overflow-x:auto;margin:0 0 14px}
table{border-collapse:collapse;width:100%;font-size:14px}
th{font-weight:600;font-size:12.5px;color:var(--muted);border-bottom:1.5px solid var(--edge);vertical-align:bottom}
th,td{padding:5px 12px 5px 0;text-align:left}
td{border-bottom:1px solid var(--edge);vertical-align:top;overflow-wrap:break-word}
td code,td .tier{white-space:nowrap}
.small{font-size:12.5px}
.figures{text-align:right;padding-right:22px;font-variant-numeric:tabular-nums;white-space:nowrap}
code{font:13px/1.4 ui-monospace,"Cascadia Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
figure{margin:14px 0 6px}
figure svg{max-width:100%;height:auto;display:block}
footer{font-size:13px;padding:0 4px}
@media (max-width:640px){main{padding:10px}header,section{padding:14px}}
@media print{
:root{color-scheme:light;${colourVariables(false)};--page:#fff;--edge:#c8cdd2;--soft:#a35a00;--hard:#b3261e;--ok:#1d7a4c;--warn-paper:#fff}
@page{margin:14mm}
body{font-size:11pt;background:#fff}
main{max-width:none;padding:0}
header,section{border:0;border-radius:0;padding:0;margin:0 0 16px}
section{border-top:1px solid var(--edge);padding-top:12px}
.wide{overflow:visible}
h2,h3{break-after:avoid}
figure,tr,.banner,.sums{break-inside:avoid}
thead{display:table-header-group}
}`;
