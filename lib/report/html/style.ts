/** The one style sheet. Variables carry the colours, so that light, dark and print differ in one place each. */
export const style = `
:root{color-scheme:light dark;--paper:#fcfbf9;--card:#ffffff;--ink:#1c1f24;--soft:#565d68;--line:#e2dfd8;--wash:#f3f1ec;--accent:#0b5a63;
--good:#1f7a4d;--bad:#b3261e;--unseen:#b9bdc4;--na:#ece9e3;--critical:#8f1136;--high:#b93a0b;--medium:#8a5a00;--low:#3f5d7d;
--serif:ui-serif,"Iowan Old Style","Palatino Linotype",Palatino,Georgia,"Liberation Serif",serif;--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans","DejaVu Sans",sans-serif;--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14161a;--card:#1b1e24;--ink:#e9e6e0;--soft:#a3a9b4;--line:#2e333c;--wash:#20242b;--accent:#67c5cc;
--good:#57b985;--bad:#ef7d73;--unseen:#596069;--na:#2b3038;--critical:#f2789b;--high:#f39a6b;--medium:#dfb252;--low:#8fb3d9}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;overflow-wrap:break-word;background:var(--paper);color:var(--ink);font:16px/1.6 var(--sans)}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}
h1,h2,h3{font-family:var(--serif);font-weight:600;line-height:1.2;text-wrap:balance}
h1{font-size:clamp(2rem,5vw,3.1rem);margin:.2em 0 .25em;letter-spacing:-.015em}
h2{font-size:1.75rem;margin:0 0 1rem}
h3{font-size:1.18rem;margin:2rem 0 .6rem}
p{margin:.5em 0}
code,pre{font-family:var(--mono);font-size:.86em}
code{overflow-wrap:anywhere}
pre{margin:.5rem 0 0;padding:.75rem .9rem;background:var(--wash);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.45}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th{text-align:left;font-size:.76rem;letter-spacing:.05em;text-transform:uppercase;color:var(--soft);font-weight:600;border-bottom:2px solid var(--line);padding:.35rem .7rem .35rem 0;vertical-align:bottom}
td{border-bottom:1px solid var(--line);padding:.55rem .7rem .55rem 0;vertical-align:baseline;overflow-wrap:anywhere}
.num{font-variant-numeric:tabular-nums}
td.num{white-space:nowrap}
.page{max-width:76rem;margin:0 auto;padding:0 1.5rem;display:grid;grid-template-columns:14rem minmax(0,1fr);gap:3.5rem}
.contents{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:3.5rem 0 2rem;font-size:.9rem}
.contents p{font-size:.76rem;letter-spacing:.08em;text-transform:uppercase;color:var(--soft);margin:0 0 .6rem;font-weight:600}
.contents ol{list-style:none;margin:0;padding:0;border-left:2px solid var(--line)}
.contents a{display:block;padding:.28rem 0 .28rem .9rem;margin-left:-2px;border-left:2px solid transparent;color:var(--soft);text-decoration:none}
.contents a:hover,.contents a:focus-visible{color:var(--ink);border-left-color:var(--accent)}
main{min-width:0;padding:3.2rem 0 4rem}
.cover{padding-bottom:1rem}
.kicker{font-size:.8rem;letter-spacing:.12em;text-transform:uppercase;color:var(--accent);font-weight:600;margin:0}
.of{font-family:var(--serif);font-size:1.25rem;color:var(--soft);margin:0 0 1rem}
.stamp{display:flex;flex-wrap:wrap;gap:.4rem 1.1rem;align-items:center;font-size:.9rem;color:var(--soft);margin:0 0 1.6rem}
.outcome{border:1px solid currentColor;border-radius:999px;padding:.1rem .75rem;font-weight:600}
.o-complete{color:var(--good)}.o-partial,.o-cancelled{color:var(--medium)}.o-failed{color:var(--bad)}
.score{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.5rem 1.6rem .9rem}
.numbers{display:flex;flex-wrap:wrap;align-items:baseline;gap:.3rem 1.6rem}
.big{font:600 clamp(2.4rem,6vw,3.4rem)/1.05 var(--serif);margin:0;letter-spacing:-.02em;font-variant-numeric:lining-nums tabular-nums;white-space:nowrap}
.big .to{font-size:.45em;color:var(--soft);font-weight:400;letter-spacing:0}
.between{flex:1 1 20rem;color:var(--soft);margin:0;max-width:34rem}
.between b{color:var(--ink)}
svg{display:block}
.interval{width:100%;height:auto;margin-top:.6rem}
.track{fill:var(--wash)}.band{fill:var(--accent);opacity:.3}.open{fill:var(--accent);opacity:.1}
.interval .value{stroke:var(--accent);stroke-width:3;fill:var(--card)}
.mini .value{fill:var(--accent)}
.tick{stroke:var(--line);stroke-width:1.5}
.scale{fill:var(--soft);font:12px var(--sans)}
.bound{fill:var(--ink);font:600 15px var(--sans)}
.s-satisfied{fill:var(--good)}.s-not-satisfied{fill:var(--bad)}.s-not-assessed{fill:var(--unseen)}.s-not-applicable{fill:var(--na)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.8rem;margin:1rem 0 0}
.tiles div{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.75rem 1rem;display:flex;flex-direction:column-reverse}
.tiles dt{font-size:.84rem;color:var(--soft)}.tiles dd{margin:0;font:600 1.7rem/1.2 var(--serif);font-variant-numeric:lining-nums}
.tile{border-top-width:4px!important}
.k-satisfied{border-top-color:var(--good)!important}.k-not-satisfied{border-top-color:var(--bad)!important}.k-not-assessed{border-top-color:var(--unseen)!important}.k-not-applicable{border-top-color:var(--na)!important}
.summary{margin-top:2.2rem}
.summary .prose{font-size:1.09rem;line-height:1.65;max-width:44rem}
.chapter{border-top:1px solid var(--line);margin-top:2.8rem;padding-top:2.4rem}
.prose{max-width:46rem}.prose ul{padding-left:1.2rem;margin:.5rem 0}.prose li{margin:.25rem 0}
.origin{font-size:.85rem;color:var(--soft);font-style:italic}
.marks{font-size:.68em;line-height:0;margin-left:.15em}.marks a{text-decoration:none}
.whole{white-space:nowrap}.none{color:var(--soft)}
.id{font-family:var(--mono);font-size:.84em;color:var(--soft);white-space:nowrap}
.small{font-size:.82rem;color:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:.4rem 1.3rem;list-style:none;padding:0;margin:0 0 1rem;font-size:.88rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:.45rem}.legend svg{width:.8rem;height:.8rem}
.coverage{table-layout:fixed}.coverage .id{overflow-wrap:anywhere;white-space:normal}.coverage th:nth-child(1){width:46%}.coverage td{padding:.42rem .9rem .42rem 0;vertical-align:middle}
.coverage a{text-decoration:none;color:var(--ink)}.coverage a:hover{text-decoration:underline}
.bar{width:100%;height:.75rem;margin-bottom:.15rem;border-radius:3px;overflow:hidden}.mini{width:100%;height:.75rem;margin-bottom:.15rem}
.chip{display:inline-block;font-size:.74rem;font-weight:650;letter-spacing:.05em;text-transform:uppercase;padding:.12rem .55rem;border-radius:5px;border:1.5px solid currentColor;white-space:nowrap;line-height:1.35}
.c-critical{color:var(--card);background:var(--critical);border-color:var(--critical)}.c-high{color:var(--high)}.c-medium{color:var(--medium)}.c-low{color:var(--low)}
.overview{margin-bottom:2.2rem}.overview .ids{font-family:var(--mono);font-size:.82em;color:var(--soft)}
.overview td:first-child{width:2.6rem;text-align:left}.overview td:nth-child(2){width:6.5rem}
.finding{background:var(--card);border:1px solid var(--line);border-left:5px solid var(--low);border-radius:10px;padding:1.2rem 1.4rem;margin:1.2rem 0}
.f-critical{border-left-color:var(--critical)}.f-high{border-left-color:var(--high)}.f-medium{border-left-color:var(--medium)}
.finding header{display:flex;gap:.8rem;align-items:baseline;flex-wrap:wrap}.finding h3{margin:0;flex:1 1 18rem}.finding h3 .num{color:var(--soft);font-weight:400}
.lead{color:var(--soft);font-weight:400}.meta{font-size:.86rem;color:var(--soft);margin:.35rem 0 .8rem}
.cites{margin:.9rem 0}
.cite{margin:.7rem 0;border-left:2px solid var(--line);padding-left:.9rem}
.cite figcaption{display:flex;flex-wrap:wrap;gap:.1rem .8rem;align-items:baseline;font-size:.86rem}.cite figcaption b{font-family:var(--mono);font-size:.95em;font-weight:600;overflow-wrap:anywhere}.cite figcaption span{color:var(--soft);overflow-wrap:anywhere}
.globs{color:var(--soft);font-size:.8em;margin-top:.35rem;padding:.45rem .7rem}.cite figcaption b{max-width:100%}.label{font:600 .78rem var(--mono);text-decoration:none}
.why,.todo{font-size:.95rem;max-width:46rem}.todo{border-top:1px solid var(--line);padding-top:.7rem;margin-top:.8rem}
.plan{padding-left:0;list-style:none;counter-reset:plan}.plan>li{counter-increment:plan;position:relative;padding:0 0 .9rem 3rem}
.plan>li::before{content:counter(plan);position:absolute;left:0;top:0;width:1.95rem;height:1.95rem;border-radius:50%;border:1.5px solid var(--accent);color:var(--accent);display:grid;place-items:center;font:600 .9rem var(--sans)}
.plan h3{margin:0;padding-top:.25rem}.plan .meta{margin:.15rem 0 .3rem}.plan ul{margin:0;padding-left:1.1rem;list-style:disc;max-width:46rem}.plan li li::marker{color:var(--soft)}
.category h3{margin-top:2.2rem}
.controls{table-layout:fixed}.controls th:nth-child(1){width:42%}.controls th:nth-child(2){width:8.5rem}
.controls .id{display:block}.controls .title{display:block;font-size:.93em}
.status{display:block;font-weight:600;font-size:.86rem}.t-satisfied{color:var(--good)}.t-not-satisfied{color:var(--bad)}.t-not-assessed,.t-not-applicable{color:var(--soft)}
.basis{font-size:.8rem;color:var(--soft)}
.basis-list{list-style:none;margin:.35rem 0 0;padding:0;font-size:.84rem;color:var(--soft)}
.result{font-weight:600}.r-pass{color:var(--good)}.r-fail{color:var(--bad)}
.scroll{overflow-x:auto}.plain td{min-width:4.5rem}.plain th{white-space:nowrap}.plain td{overflow-wrap:break-word}.plain td:nth-child(2){overflow-wrap:anywhere}
.register{list-style:none;padding:0;margin:0}.register li{border-bottom:1px solid var(--line);padding:.9rem 0}.register .head{display:grid;grid-template-columns:3rem minmax(0,1fr)}
.register b{font-family:var(--mono);font-size:.9rem;font-weight:600;overflow-wrap:anywhere}
.register li:target,.finding:target,tr:target{outline:2px solid var(--accent);outline-offset:4px;border-radius:4px}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.1rem 1rem;margin:.35rem 0;font-size:.86rem}.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
.more{font-size:.88rem;color:var(--soft)}
.command{font-size:.95rem}
footer{border-top:1px solid var(--line);margin-top:3rem;padding-top:1.2rem;font-size:.82rem;color:var(--soft);overflow-wrap:anywhere}
@media (max-width:62rem){.page{display:block;padding:0 1.1rem}.contents{position:static;max-height:none;padding:1.2rem 0 0}.contents ol{columns:2;column-gap:1.5rem;border-left:0}.contents a{margin-left:0;padding-left:0;border-left:0;break-inside:avoid}main{padding-top:1.6rem}}
@media (max-width:40rem){body{font-size:15px}.coverage .wide{display:none}.coverage th:nth-child(1){width:58%}.finding{padding:1rem}.overview .ids,.overview th:nth-child(4){display:none}.overview td:nth-child(2){width:5.8rem}
.controls,.controls tbody,.controls tr,.controls td{display:block}.controls thead{display:none}.controls tr{border-bottom:1px solid var(--line);padding:.7rem 0}.controls td{border:0;padding:.12rem 0}.status,.basis{display:inline}.basis{margin-left:.4rem}
.register .head{grid-template-columns:2.5rem minmax(0,1fr)}.facts{grid-template-columns:1fr}.facts dt{margin-top:.2rem}.score{padding:1.1rem 1.1rem .6rem}.scale{font-size:20px}.bound{font-size:24px}}
@media print{:root{color-scheme:light;font-size:11.8px}@page{size:A4;margin:18mm 16mm 20mm;@bottom-left{content:"Assay report";font:8pt sans-serif;color:#777}@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#777}}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{font-size:1rem;line-height:1.45;background:#fff}.page{display:block;max-width:none;padding:0}main{padding:0}.contents{position:static;max-height:none;padding:0 0 6mm;display:none}
a{color:inherit;text-decoration:none}h1{font-size:2.9rem}.controls td,.coverage td,.plain td{padding-top:.35rem;padding-bottom:.35rem}.category h3{margin-top:1.4rem}.finding{padding:.9rem 1.1rem;margin:.9rem 0}
.chapter{margin-top:8mm;padding-top:6mm}#coverage,#findings,#controls,#evidence{break-before:page;border-top:0;padding-top:0}
h2,h3,.meta,thead,.finding header{break-after:avoid}tr,.cite,.plan>li,.tiles,.score,.register li{break-inside:avoid}.register li.long{break-inside:auto}
.finding{break-inside:auto}pre{padding:.5rem .7rem}.scroll{overflow:visible}}
`;
