import { ApiError, type Client, type Instance } from '@gangway/sdk'
import { askGateway } from './ask-gateway.js'
import type { Command } from './command.js'
import { findOrCreate } from './link/find-instance.js'
import { followLink, LinkFailed } from './link/follow-link.js'
import { LinkScreen } from './link/link-screen.js'
import { readLinkWish, type LinkWish } from './link/link-wish.js'
import { EagerPhone, scanInShell } from './link/virtual-phone.js'
import { printable } from './table.js'
import { findTarget, type Target } from './target.js'

export const linkCommand: Command = {
  name: 'link',
  parameters: '<instance> [--code PHONE] [--phone EXPECTED] [--sandbox [--scan]]',
  summary: 'link an account by QR or code; a name that is new makes an instance',
  async run(args) {
    const wish = readLinkWish(args)
    const target = await findTarget(wish, process.env)
    await askGateway(target, (client) => link(client, wish, target))
  },
}

async function link(client: Client, wish: LinkWish, target: Target): Promise<void> {
  const { instance, isNew } = await findOrCreate(client, wish)
  if (isNew) say(`Made instance ${printable(instance.name)} (serial ${instance.serial}, ${instance.network}).`)
  if (!(await start(client, instance, wish))) return
  if (instance.network === 'sandbox' && !wish.scan) say(offer(wish, scanInShell(target, instance.id)))
  const phone = await follow(client, instance, wish)
  if (phone !== undefined) say(`Linked: +${phone}`)
}

/** False when there is nothing to do, which it has said. */
async function start(client: Client, { id }: Instance, { code, expected }: LinkWish): Promise<boolean> {
  try {
    await client.links.start(id, code === undefined ? { method: 'qr' } : { method: 'code', phone: code })
    return true
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'already-linked') throw error
    const { account } = await client.instances.get(id)
    if (account === null || (expected !== undefined && expected.replace(/\D/g, '') !== account.phone)) throw error
    say(`Already linked: +${account.phone}`)
    return false
  }
}

/** Undefined when it was cancelled with Ctrl-C, which it has said. */
async function follow(client: Client, { id }: Instance, wish: LinkWish): Promise<string | undefined> {
  const screen = new LinkScreen(process.stdout, wish.code)
  const phone = wish.scan ? new EagerPhone(client, wish.expected ?? wish.code) : undefined
  const cancelling = cancelOnInterrupt(client, id)
  try {
    return await followLink(client, id, async (step) => {
      screen.show(step)
      const done = await phone?.obey(step)
      if (done === undefined) return
      screen.clear()
      say(done)
    })
  } catch (error) {
    if (!cancelling.asked || !(error instanceof LinkFailed)) throw error
    screen.clear()
    say('Cancelled: nothing was linked.')
    process.exitCode = 130
    return undefined
  } finally {
    screen.clear()
    cancelling.stop()
  }
}

/** Ctrl-C ends the attempt, which then ends the watching; a second one ends the command as it is. */
function cancelOnInterrupt(client: Client, id: string): { readonly asked: boolean; stop(): void } {
  let asked = false
  const onInterrupt = (): void => {
    if (asked) process.exit(130)
    asked = true
    client.links.cancel(id).catch(() => process.exit(130))
  }
  process.on('SIGINT', onInterrupt)
  return {
    get asked() {
      return asked
    },
    stop: () => process.off('SIGINT', onInterrupt),
  }
}

function offer({ instance, code }: LinkWish, line: string): string {
  const again = `No phone is needed in the sandbox: the same command with --scan links '${printable(instance)}' at once.`
  return code === undefined ? `${again} Or make a virtual phone and let it scan, in another shell:\n\n${line}\n` : again
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
