import type { OpenLinkPage } from '../../core/gateway.js'
import { html, json, type Html } from '../html.js'
import type { BrowserWords } from './browser/wire.js'
import { scripts } from './browser-files.js'
import { ending } from './page-step.js'
import { fill, type Words } from './words/index.js'

/** Everything from own files, nothing inline, nothing from elsewhere; QR pictures arrive as data. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page with all its screens; the script shows one at a time. `files`: folder that its own files are under. */
export function linkDocument({ brand, expected }: OpenLinkPage, words: Words, files: string): string {
  const [before = '', after = ''] = words.askedBy.split('{brand}')
  const asked = brand === null ? words.asked : html`${before}<strong class="brand">${brand.name}</strong>${after}`
  const owner =
    expected === null ? null : html`<p class="owner">${fill(words.expectedNumber, { ending: ending(expected) })}</p>`
  const content = html`<main class="card" data-asks-number="${expected === null ? 'yes' : 'no'}">
      <h1>${words.title}</h1>
      <p class="lead">${asked}</p>
      ${progress(words)}
      <p id="said" class="unseen" role="status"></p>
      <p id="lost" class="lost" role="alert" hidden>${words.connectionLost}</p>
      <noscript><p class="lost">${words.needsScript}</p></noscript>
      <section data-screen="wait" class="centred">
        <div class="spinner" aria-hidden="true"></div>
        <h2 tabindex="-1">${words.wait}</h2>
      </section>
      ${scanScreen(words, owner)} ${numberScreen(words)} ${codeScreen(words, owner)}
      <section data-screen="starting" class="centred" hidden>
        <div class="spinner" aria-hidden="true"></div>
        <h2 tabindex="-1">${words.startingHeading}</h2>
        <p>${words.startingHint}</p>
      </section>
      <section data-screen="linked" class="centred" hidden>
        ${mark('good', 'M7 12.5l3.5 3.5L17 9')}
        <h2 tabindex="-1">${words.linkedHeading}</h2>
        <p id="linked-number"></p>
        <p id="linked-next">${words.linkedNext}</p>
        <p id="returning" hidden>${words.returning}</p>
        <a id="return" class="button" hidden></a>
      </section>
      <section data-screen="failed" class="centred" hidden>
        ${mark('bad', 'M12 7v6m0 3.5v.01')}
        <h2 tabindex="-1">${words.failedHeading}</h2>
        <p id="failure"></p>
        ${expected === null ? null : html`<p id="right-one" hidden>${fill(words.expectedNumber, { ending: ending(expected) })}</p>`}
        <button id="again" type="button" class="button">${words.tryAgain}</button>
      </section>
    </main>
    <footer class="meaning">${words.meaning}</footer>
    <script id="words" type="application/json">
      ${json(browserWords(words))}
    </script>`
  const preloads = scripts.map((name) => html`<link rel="modulepreload" href="${files}/${name}" />`)
  const head = html`${preloads}
    <script type="module" src="${files}/main.js"></script>`
  return frame(words, files, content, head)
}

/** The same for every reason, so that nobody learns from it which links there once were. */
export function goneDocument(words: Words, files: string): string {
  const content = html`<main class="card centred gone">
    ${mark('bad', 'M12 7v6m0 3.5v.01')}
    <h1>${words.goneHeading}</h1>
    <p>${words.goneAsk}</p>
    <p>${words.goneLinked}</p>
  </main>`
  return frame(words, files, content, null)
}

function frame(words: Words, files: string, content: Html, head: Html | null): string {
  return html`<!doctype html>
    <html lang="${words.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="format-detection" content="telephone=no" />
        <title>${words.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${files}/page.css" />
        ${head}
      </head>
      <body>
        ${content}
      </body>
    </html>`.text
}

function progress({ progress: { label, prepare, connect, setUp, done } }: Words): Html {
  const steps = [prepare, connect, setUp, done].map((name) => html`<li><span>${name}</span></li>`)
  return html`<ol id="progress" class="progress" aria-label="${label}">
    ${steps}
  </ol>`
}

function scanScreen(words: Words, owner: Html | null): Html {
  return html`<section data-screen="scan" hidden>
    <h2 tabindex="-1">${words.scanHeading}</h2>
    ${owner}
    <div class="columns">
      <figure class="code">
        <div id="qr" class="tile" role="img" aria-label="${words.qrAlt}"></div>
        <figcaption>${ring('qr-ring')}<span id="qr-left"></span></figcaption>
      </figure>
      <div class="how">
        ${list(words.scanHow)}
        <button id="use-code" type="button" class="quiet">
          <span class="small">${words.useCode}</span><span class="large">${words.cannotScan}</span>
        </button>
      </div>
    </div>
  </section>`
}

function numberScreen(words: Words): Html {
  return html`<section data-screen="number" hidden>
    <h2 tabindex="-1">${words.numberHeading}</h2>
    <form id="number-form" novalidate>
      <label for="number">${words.numberLabel}</label>
      <input
        id="number"
        type="tel"
        inputmode="tel"
        autocomplete="tel"
        maxlength="32"
        required
        aria-describedby="number-hint"
      />
      <p id="number-hint" class="hint">${words.numberHint}</p>
      <p id="number-wrong" class="wrong" role="alert" hidden>${words.numberWrong}</p>
      <button type="submit" class="button">${words.getCode}</button>
    </form>
    <button type="button" class="quiet" data-use-qr>${words.useQr}</button>
  </section>`
}

function codeScreen(words: Words, owner: Html | null): Html {
  return html`<section data-screen="code" hidden>
    <h2 tabindex="-1">${words.codeHeading}</h2>
    ${owner}
    <div class="columns">
      <div class="code">
        <p id="code" class="pairing"></p>
        <p class="left">${ring('code-ring')}<span id="code-left"></span></p>
        <button id="copy" type="button" class="button">${words.copy}</button>
      </div>
      <div class="how">
        ${list(words.codeHow)}
        <button type="button" class="quiet" data-use-qr>${words.useQr}</button>
      </div>
    </div>
  </section>`
}

function list(items: readonly string[]): Html {
  return html`<ol>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ol>`
}

function ring(id: string): Html {
  return html`<svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
    <circle cx="10" cy="10" r="8" pathLength="100" />
    <circle id="${id}" class="left" cx="10" cy="10" r="8" pathLength="100" />
  </svg>`
}

function mark(kind: 'good' | 'bad', path: string): Html {
  return html`<svg class="mark ${kind}" viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="12" cy="12" r="11" />
    <path d="${path}" />
  </svg>`
}

/** The words that the script needs; the rest is in the page already. */
function browserWords({ countdown, renewing, codeLeft, copied, linkedNumber, returnTo, failures, said }: Words) {
  return { countdown, renewing, codeLeft, copied, linkedNumber, returnTo, failures, said } satisfies BrowserWords
}
