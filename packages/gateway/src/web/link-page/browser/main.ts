import { Connection } from './connection.js'
import { byId } from './elements.js'
import { Screen } from './screen.js'
import type { BrowserWords, PageStep, StartWish } from './wire.js'

const words = JSON.parse(byId('words', HTMLScriptElement).textContent) as BrowserWords
const screen = new Screen(words)
const numberForm = byId('number-form', HTMLFormElement)
const numberField = byId('number', HTMLInputElement)
const numberWrong = byId('number-wrong', HTMLElement)
const asksNumber = document.querySelector<HTMLElement>('main')?.dataset.asksNumber === 'yes'

/** What "try again" repeats. */
let wish: StartWish = { method: 'qr' }
/** Whether anything was heard from the server yet: an attempt that ended before belongs to somebody else's visit. */
let heard = false
/** A stop may only make room for what comes next: it is worth a word when nothing does. */
let stopped: number | undefined
const lull = 700

const connection = new Connection({
  step: show,
  lost(lost) {
    byId('lost', HTMLElement).hidden = !lost
  },
})

function show(step: PageStep): void {
  const fresh = !heard
  heard = true
  clearTimeout(stopped)
  // Somebody who is typing a number is not interrupted by what happens to the QR meanwhile.
  if (screen.now === 'number' && ['idle', 'opening', 'scan', 'failed'].includes(step.step)) return
  switch (step.step) {
    case 'idle':
      // Nothing was begun yet, or the gateway started anew and lost what was.
      void start(wish)
      return
    case 'opening':
      screen.wait()
      return
    case 'scan':
      screen.scan(step.png, step.expiresIn)
      return
    case 'type-code':
      screen.code(step.code, step.expiresIn)
      return
    case 'starting':
      screen.starting()
      return
    case 'linked':
      connection.close()
      screen.linked(step.ending, step.returnUrl)
      return
    case 'failed':
      if (fresh) void start(wish)
      else if (step.failure !== 'cancelled') screen.failed(step.failure)
      else
        stopped = setTimeout(() => {
          screen.failed('cancelled')
        }, lull)
  }
}

async function start(wanted: StartWish): Promise<void> {
  wish = wanted
  if (screen.now !== 'number') screen.wait()
  const refused = await connection.start(wanted)
  if (refused === undefined) {
    if (screen.now === 'number') screen.wait()
  } else if (refused === 'phone') complainAboutNumber(true)
  else screen.failed(refused)
}

function complainAboutNumber(wrong: boolean): void {
  numberWrong.hidden = !wrong
  numberField.setAttribute('aria-invalid', String(wrong))
  if (wrong) numberField.focus()
}

byId('use-code', HTMLButtonElement).addEventListener('click', () => {
  if (asksNumber) screen.number()
  else void start({ method: 'code' })
})
for (const button of document.querySelectorAll('[data-use-qr]')) {
  button.addEventListener('click', () => {
    complainAboutNumber(false)
    screen.wait()
    void start({ method: 'qr' })
  })
}
numberForm.addEventListener('submit', (event) => {
  event.preventDefault()
  complainAboutNumber(false)
  void start({ method: 'code', phone: numberField.value })
})
byId('again', HTMLButtonElement).addEventListener('click', () => {
  void start(wish)
})
const copy = byId('copy', HTMLButtonElement)
const copyLabel = copy.textContent
copy.addEventListener('click', () => {
  // Without a secure context there is no clipboard; the code can be selected with one tap all the same.
  void navigator.clipboard.writeText(byId('code', HTMLElement).textContent).then(() => {
    copy.textContent = words.copied
    setTimeout(() => {
      copy.textContent = copyLabel
    }, 2_000)
  })
})
copy.hidden = !isSecureContext

connection.open()
