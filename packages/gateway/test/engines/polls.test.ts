import { startSimulator, type Simulator } from '@gangway/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PollVote } from '#gateway/core/messages/poll.js'
import { conversation, nextId } from './conversation.js'
import { messageTo } from './outgoing.js'

let whatsapp: Simulator

beforeAll(async () => {
  whatsapp = await startSimulator()
})
afterAll(() => whatsapp.close())

const tea = { kind: 'poll', question: 'Tea?', options: ['yes', 'no', 'later'], multiple: false } as const
const standing = (chosen: string[], yes: string[], no: string[], later: string[] = []): PollVote => ({
  kind: 'poll-vote',
  question: 'Tea?',
  multiple: false,
  chosen,
  tally: [
    { option: 'yes', voters: yes },
    { option: 'no', voters: no },
    { option: 'later', voters: later },
  ],
})

test('votes in a poll of the account are opened and counted, each person once', async () => {
  const { writer, reader, readerPhone, writerPhone } = await conversation(whatsapp)
  const poll = nextId()
  await writer.connection.send(messageTo(readerPhone.jid, poll, tea))
  await reader.told('message.received', ({ data }) => data.id === poll)
  const vote = (options: string[]) =>
    reader.connection.send(
      messageTo(writerPhone.jid, nextId(), {
        kind: 'poll-vote',
        target: { id: poll, sender: writerPhone.jid },
        options,
      }),
    )
  const [me, them] = [writerPhone.jid, readerPhone.jid]
  const votes = () => writer.events().flatMap((event) => (event.kind === 'message.poll-vote' ? [event.data] : []))
  await vote(['yes'])
  await vote(['no'])
  await expect.poll(votes).toHaveLength(2)
  const own = { kind: 'poll-vote', target: { id: poll, sender: null }, options: ['no'] } as const
  await writer.connection.send(messageTo(readerPhone.jid, nextId(), own))
  // On the other side our own vote is theirs to open.
  const { data } = await reader.told('message.poll-vote')
  expect(data.content).toEqual(standing(['no'], [], [them, me]))
  await vote([])
  await expect.poll(votes).toHaveLength(3)
  expect(votes().map(({ target, content }) => [target, content])).toEqual([
    [poll, standing(['yes'], [them], [])],
    [poll, standing(['no'], [], [them])],
    [poll, standing([], [], [me])],
  ])
})

for (const addressing of ['lid', 'number'] as const) {
  test(`votes of phones in a group by ${addressing} are opened, also after a restart`, async () => {
    const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
    const group = await readerPhone.createGroup('Friends', [writerPhone.number], { addressing })
    const theirs = await readerPhone.sendContent(group.id, { ...tea, selectable: 1 })
    await writer.told('message.received', ({ data }) => data.id === theirs.id)
    const ours = nextId()
    await writer.connection.send(messageTo(group.id, ours, tea))
    await readerPhone.received(({ id }) => id === ours)
    const later = await writer.restarted(whatsapp)
    await readerPhone.vote(theirs.id, ['yes'])
    await readerPhone.vote(ours, ['later'])
    const about = async (id: string) => (await later.told('message.poll-vote', ({ data }) => data.target === id)).data
    expect(await about(theirs.id)).toMatchObject({
      chat: group.id,
      sender: readerPhone.jid,
      content: standing(['yes'], [readerPhone.jid], []),
    })
    expect((await about(ours)).content).toEqual(standing(['later'], [], [], [readerPhone.jid]))
    const target = { id: theirs.id, sender: readerPhone.jid }
    await later.connection.send(messageTo(group.id, nextId(), { kind: 'poll-vote', target, options: ['no'] }))
    const voters = () => readerPhone.tally(theirs.id).options.map((option) => option.voters)
    await expect.poll(voters).toEqual([[readerPhone.number], [writerPhone.number], []])
  })
}

test('a vote of the account from its phone counts', async () => {
  const { writer, writerPhone, readerPhone } = await conversation(whatsapp)
  const { id } = await readerPhone.sendContent(writerPhone.number, { ...tea, selectable: 1 })
  await writerPhone.received((message) => message.id === id)
  await writerPhone.vote(id, ['no'])
  const { data } = await writer.told('message.poll-vote')
  expect(data).toMatchObject({ target: id, fromMe: true, content: standing(['no'], [], [writerPhone.jid]) })
})

test('nobody votes in a poll that is not known, or for what is no option of it', async () => {
  const { writer, readerPhone } = await conversation(whatsapp)
  const poll = nextId()
  await writer.connection.send(messageTo(readerPhone.jid, poll, tea))
  const vote = (id: string, option: string) =>
    writer.connection.send(
      messageTo(readerPhone.jid, nextId(), { kind: 'poll-vote', target: { id, sender: null }, options: [option] }),
    )
  await expect(vote(poll, 'perhaps')).rejects.toMatchObject({ code: 'bad-request', effect: 'none' })
  await expect(vote('3EB0UNHEARD', 'yes')).rejects.toMatchObject({ code: 'message-not-found', effect: 'none' })
})
