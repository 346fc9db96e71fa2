import { jidDecode, USyncQuery, USyncUser } from 'baileys'
import { answered } from '../refusals.js'
import type { Act } from './act.js'

/** One answer per number, in their order. Where WhatsApp knows a number by other digits, the answer has those. */
export const check: Act<'numbers.check'> = async ({ socket }, { phones }) => {
  const query = new USyncQuery().withContactProtocol().withLIDProtocol()
  for (const phone of phones) query.withUser(new USyncUser().withPhone(`+${phone}`))
  const { list } = answered(await socket.executeUSyncQuery(query))
  const found = phones.map((phone, index) => {
    const known =
      list.find(({ id }) => jidDecode(id)?.user === phone) ?? (list.length === phones.length ? list[index] : undefined)
    const lid = typeof known?.lid === 'string' ? known.lid : null
    return known?.contact === true
      ? { phone: jidDecode(known.id)?.user ?? phone, exists: true, lid, pn: known.id }
      : { phone, exists: false, lid: null, pn: '' }
  })
  const pairs = found.flatMap(({ pn, lid }) => (lid === null ? [] : [{ pn, lid }]))
  await socket.signalRepository.lidMapping.storeLIDPNMappings(pairs)
  return found.map(({ phone, exists, lid }) => ({ phone, exists, lid }))
}
