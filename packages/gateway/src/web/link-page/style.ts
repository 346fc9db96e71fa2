/** System fonts, no pictures: the whole page is a few kilobytes. The QR stays black on white in the dark as well. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: #17211c; --soft: #56635c; --line: #d9e0dc; --paper: #fff; --ground: #f3f6f4;
  --accent: #0a6b4b; --on-accent: #fff; --tint: #e7f3ee; --bad: #a3361f; --bad-tint: #fbeeea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8eeea; --soft: #a3b1a9; --line: #303a35; --paper: #171d1a; --ground: #0e1210;
    --accent: #5fd3a7; --on-accent: #06251a; --tint: #1b2a24; --bad: #ff9d84; --bad-tint: #2c1c18;
  }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; padding: 2.5rem 1rem; background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif;
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 1.25rem;
}
.card {
  width: 100%; max-width: 46rem; padding: 2.25rem 2.5rem 2.5rem; background: var(--paper);
  border: 1px solid var(--line); border-radius: 20px; box-shadow: 0 1px 2px #0000000a, 0 12px 40px #0000000d;
}
.brand { color: var(--ink) }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.015em; text-wrap: balance }
h2 { margin: 0 0 .75rem; font-size: 1.25rem; line-height: 1.3; text-wrap: balance }
h2:focus { outline: none }
p { margin: 0 0 .75rem; overflow-wrap: anywhere }
.lead { margin: .5rem 0 0; color: var(--soft) }
.meaning { max-width: 42rem; margin: 0; padding: 0 .5rem; font-size: .875rem; color: var(--soft); text-align: center; text-wrap: pretty }
.owner { color: var(--soft) }

.progress { display: flex; gap: .5rem; list-style: none; margin: 1.5rem 0 1.75rem; padding: 0 }
.progress li { flex: 1; padding-top: .5rem; border-top: 3px solid var(--line); font-size: .8125rem; color: var(--soft); transition: border-color .3s }
.progress .done, .progress .now { border-color: var(--accent) }
.progress .now, .progress .done:last-child { color: var(--ink); font-weight: 600 }

.columns { display: grid; grid-template-columns: auto 1fr; gap: 2.25rem; align-items: center }
.code { margin: 0; text-align: center }
.tile {
  position: relative; width: min(19rem, 100%); aspect-ratio: 1; margin: 0 auto; background: #fff;
  border-radius: 14px; box-shadow: 0 0 0 1px var(--line); overflow: hidden;
}
.columns .tile { width: 19rem; max-width: 100% }
.tile img { position: absolute; inset: 0; width: 100%; height: 100%; image-rendering: pixelated }
.tile.stale img { opacity: .12; transition: opacity .4s }
figcaption, .left { display: flex; gap: .5rem; align-items: center; justify-content: center; margin: .75rem 0 0; font-size: .9375rem; color: var(--soft); font-variant-numeric: tabular-nums }
.left { margin-bottom: 1rem }
.ring { width: 1.25rem; height: 1.25rem; transform: rotate(-90deg) }
.ring circle { fill: none; stroke: var(--line); stroke-width: 3 }
.ring .left { stroke: var(--accent); stroke-dasharray: 100; stroke-linecap: round }
.how ol { counter-reset: how; list-style: none; margin: 0 0 1.25rem; padding: 0 }
.how li { counter-increment: how; position: relative; padding-left: 2.4rem; margin-bottom: .9rem }
.how li::before {
  content: counter(how); position: absolute; left: 0; top: 0; width: 1.6rem; height: 1.6rem; border-radius: 50%;
  background: var(--tint); color: var(--accent); font-size: .875rem; font-weight: 600; line-height: 1.6rem; text-align: center;
}
.pairing {
  margin: 0; padding: 1.1rem .75rem; min-width: 17rem; background: var(--tint); border-radius: 14px; font: 600 2rem/1.2 ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
  letter-spacing: .06em; white-space: nowrap; user-select: all; -webkit-user-select: all;
}

.button, .quiet { font: inherit; font-weight: 600; border-radius: 12px; padding: .75rem 1.25rem; min-height: 3rem; cursor: pointer; text-decoration: none; text-align: center }
.button { display: inline-block; border: 1px solid transparent; background: var(--accent); color: var(--on-accent) }
.quiet { border: 1px solid var(--line); background: none; color: var(--accent) }
@media (hover: hover) { .button:hover { filter: brightness(1.08) } .quiet:hover { background: var(--tint) } }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px }

form { max-width: 26rem; margin-bottom: 1rem }
label { display: block; margin-bottom: .35rem; font-weight: 600 }
input {
  width: 100%; padding: .75rem .9rem; font: inherit; font-size: 1.25rem; color: inherit; background: var(--paper);
  border: 1px solid var(--soft); border-radius: 12px;
}
input[aria-invalid=true] { border-color: var(--bad) }
.hint { margin: .35rem 0 1rem; font-size: .9375rem; color: var(--soft) }
.wrong { color: var(--bad) }
.lost { padding: .6rem .9rem; border-radius: 10px; background: var(--bad-tint); color: var(--bad) }

.centred { text-align: center }
section.centred { padding: 1.25rem 0 .5rem }
.centred p { max-width: 30rem; margin-inline: auto }
.centred h2 { font-size: 1.5rem }
.centred h1 { margin-bottom: .75rem }
.centred p { text-wrap: balance }
.centred .button { margin-top: .75rem }
.gone { max-width: 34rem }
.mark { width: 4.5rem; height: 4.5rem; margin-bottom: 1rem }
.mark circle { fill: var(--tint) }
.mark path { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round }
.mark.bad circle { fill: var(--bad-tint) }
.mark.bad path { stroke: var(--bad) }
.spinner { width: 3rem; height: 3rem; margin: 2rem auto 1.5rem; border-radius: 50%; border: 4px solid var(--line); border-top-color: var(--accent); animation: turn 1s linear infinite }
@keyframes turn { to { rotate: 1turn } }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

@media (max-width: 44rem) { .large { display: none } }
@media (min-width: 44.001rem) { .small { display: none } }
@media (max-width: 44rem) {
  body { padding: 0; background: var(--paper); justify-content: flex-start; gap: 0 }
  .card { padding: 1.5rem 1.25rem 1rem; border: 0; border-radius: 0; box-shadow: none }
  .gone { margin-block: auto }
  h1 { font-size: 1.5rem }
  .progress { margin: 1.1rem 0 1.25rem }
  .columns { grid-template-columns: minmax(0, 1fr); gap: 1.25rem }
  .columns .tile { width: min(100%, 20rem) }
  .how { display: contents }
  .how ol { margin: 0 }
  [data-screen=scan] .quiet { order: -1 }
  .pairing { min-width: 0; font-size: clamp(1.5rem, 9vw, 2.25rem) }
  .button, .quiet { width: 100% }
  .meaning { padding: 1rem 1.25rem 2rem; text-align: left }
}
@media (prefers-reduced-motion: reduce) {
  .spinner { animation-duration: 4s }
  .progress li, .tile.stale img { transition: none }
}
@media (forced-colors: active) { .progress .done, .progress .now { border-color: Highlight } .tile { forced-color-adjust: none } }
`
