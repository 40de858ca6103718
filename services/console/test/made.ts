import type { Entry, Participant, Party } from '../src/shapes.ts';

/** What made people said, for specs and for looking at the page. Ids are made from a number, so that they can be named. */
export const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const ann: Participant = {
  id: idOf(1),
  role: 'customer',
  handle: 'email:ann.lee@example.com',
  name: 'Ann Lee',
  account: { id: idOf(900), key: 'acme', name: 'Acme Ltd' },
};
export const bo: Participant = { id: idOf(2), role: 'agent', handle: 'email:bo@northwind.example', name: 'Bo Hansen' };
export const layla: Participant = { id: idOf(3), role: 'customer', handle: 'tel:+20255501234', name: 'ليلى حسن' };
const bot: Participant = { id: idOf(4), role: 'bot', handle: 'bot:helper', name: 'Helper' };
const team: Participant = { id: idOf(5), role: 'other', handle: 'email:it@acme.example', name: 'Acme IT' };
export const boParty: Party = { id: bo.id, handle: bo.handle, name: bo.name };

let made = 0;
type Said = Partial<Entry> & { occurredAt: string };

/** An entry of somebody's timeline; later calls get greater positions. */
export const entry = (said: Said): Entry => {
  made += 1;
  return {
    id: idOf(10_000 + made),
    position: made,
    recordedAt: said.occurredAt,
    type: 'interaction',
    participants: [ann, bo],
    actor: 'import',
    ...said,
  };
};

const inbound = { direction: 'inbound', author: 0 } as const;
const outbound = { direction: 'outbound', author: 1 } as const;
const email = { channel: 'email', kind: 'support' } as const;

const quoted = `On Mon, 4 May 2026 at 09:30, Ann Lee <ann.lee@example.com> wrote:
> Hello Bo,
>
> the screen of the laptop that came on Friday has a crack from the left edge to the middle.
> It was there when I opened the box.`;

const longMail = `Hello Bo,

thank you for looking into this so quickly. I have gone through what we have here, and it is more than the one screen:

1. Two of the twelve laptops (serials 48-2231 and 48-2240) have the same hairline crack, from the left edge to the middle.
2. Three of the docking stations lose the network when the lid is closed. Your colleague on the phone said that a firmware from March mends it; the link she gave was https://support.northwind.example/firmware/dock-3?from=mail&utm_source=thread and it asks for a password that we do not have.
3. The invoice lists thirteen mice. We got twelve.

None of this is a catastrophe. But the new people start on Monday the 11th, and I would like to put a working machine in front of each of them. If a courier could bring two replacements by Friday noon, we can do the rest in peace.

Could you also tell me who will sign for the return? Our goods-in closes at four.

Best,
Ann

--
Ann Lee
Head of Operations, Acme Ltd`;

const chatWords = [
  'Hi, is somebody there?', 'Hello Ann, this is Helper. What is it about?', 'The dock again. No network.',
  'I am looking for a colleague.', 'Bo here. Which of the three?', 'The one at the window, 7F-02.',
  'Is the light at the port green or amber?', 'Amber. It blinks.', 'Please close the lid and count to ten.',
  'Done.', 'And now?', 'Green! For five seconds.', 'Then amber again?', 'Yes.', 'That is the firmware from January.',
  'I can send you the new one here.', 'Please do.', 'dock-3-2026-03.bin, 4 MB. It installs by itself.',
  'Installing. 20 %.', '60 %', 'It says: do not turn off.', 'That takes a minute.', 'It restarts.', 'Green.',
  'Still green?', 'Still green. I opened a page, it loads.', 'Good. The same file works for the other two.',
  'I will do them after lunch.', 'Shall I wait?', 'No need. Thank you, Bo!',
]; // prettier-ignore

const chat = (): Entry[] =>
  chatWords.map((text, at) => {
    const fromThem = [0, 2, 5, 7, 9, 11, 13, 16, 18, 19, 20, 22, 23, 25, 27, 29].includes(at);
    return entry({
      channel: 'chat',
      kind: 'support',
      conversation: idOf(502),
      occurredAt: `2026-05-05T12:${String(2 + at).padStart(2, '0')}:10Z`,
      ...(fromThem ? inbound : outbound),
      ...(!fromThem && at < 4 && { participants: [ann, bot] }),
      text,
    });
  });

/** Ann's story, oldest first: three years, five channels, two silences. */
export const annsStory = (): Entry[] => [
  entry({ ...email, ...inbound, kind: 'sales', conversation: idOf(500), occurredAt: '2023-02-14T10:12:00Z', subject: 'Laptops for a new office', text: 'Good morning,\n\nwe open an office in Leeds in spring and need about a dozen laptops with docks. Is that something you do, and how long does it take?\n\nAnn Lee, Acme Ltd' }),
  entry({ ...email, ...outbound, kind: 'sales', conversation: idOf(500), occurredAt: '2023-02-14T13:40:00Z', subject: 'Re: Laptops for a new office', text: 'Hello Ann,\n\nit is, and it takes two weeks from the order. I attach our price list; from ten machines on there is a discount that the list does not show.\n\nBo', attachments: [{ name: 'prices-2023.pdf', mediaType: 'application/pdf', size: 248_113 }] }),
  entry({ type: 'owner', participants: [], occurredAt: '2023-02-14T13:45:00Z', owner: boParty, actor: 'bo@northwind.example' }),
  entry({ channel: 'meeting', direction: 'outbound', author: 1, kind: 'sales', participants: [ann, bo, team], occurredAt: '2023-02-21T14:00:00Z', subject: 'Walk through the new office', text: 'Forty minutes. Twelve desks, sockets under the floor, a meeting room with a screen.', details: { seconds: 2_400 } }),
  entry({ channel: 'campaign', ...outbound, kind: 'outbound', automatic: true, occurredAt: '2025-03-11T08:00:00Z', subject: 'Spring offers for offices', text: 'Docks from 89, screens from 149, and a visit for free.' }),
  entry({ channel: 'form', ...inbound, kind: 'sales', occurredAt: '2026-03-18T16:21:00Z', subject: 'Ask for a call', text: 'Please call me about twelve laptops, like three years ago. Afternoons are best.' }),
  entry({ channel: 'phone', ...outbound, kind: 'sales', occurredAt: '2026-03-19T14:05:00Z', subject: 'Call, 12 minutes', text: 'Wants the same set as in 2023, with the newer dock. Delivery in the last week of April.' }),
  entry({ type: 'link', participants: [], occurredAt: '2026-03-19T14:20:00Z', link: { id: idOf(801), a: ann, b: { id: idOf(6), handle: 'tel:+441135550188' }, rule: 'by-hand' }, actor: 'bo@northwind.example' }),
  entry({ ...email, ...inbound, conversation: idOf(501), occurredAt: '2026-05-04T07:30:00Z', priority: 'high', subject: 'Broken screen', text: 'Hello Bo,\n\nthe screen of the laptop that came on Friday has a crack from the left edge to the middle. It was there when I opened the box.\n\nAnn', attachments: [{ name: 'screen.jpg', mediaType: 'image/jpeg', size: 1_482_130 }, { name: 'box.jpg', mediaType: 'image/jpeg', size: 912_004 }] }),
  entry({ ...email, ...outbound, conversation: idOf(501), occurredAt: '2026-05-04T08:02:00Z', subject: 'Re: Broken screen', text: 'Hello Ann,\n\nthat must not happen, and I am sorry. We replace it. Could you look whether the others are whole?\n\nBo', quoted }),
  entry({ ...email, ...inbound, conversation: idOf(501), occurredAt: '2026-05-04T09:14:00Z', subject: 'Re: Broken screen', text: longMail, quoted: `On Mon, 4 May 2026 at 10:02, Bo Hansen <bo@northwind.example> wrote:\n> Hello Ann,\n>\n> that must not happen, and I am sorry. We replace it.` }),
  entry({ type: 'task', participants: [], occurredAt: '2026-05-04T09:31:00Z', actor: 'bo@northwind.example', task: { id: idOf(701), what: 'Send a courier with two laptops, 48-2231 and 48-2240', owner: boParty, due: '2026-05-08T10:00:00Z' } }),
  entry({ type: 'task', participants: [], occurredAt: '2026-05-04T09:32:00Z', actor: 'bo@northwind.example', task: { id: idOf(702), what: 'Correct the invoice', owner: boParty, due: '2026-05-05T15:00:00Z' } }),
  entry({ channel: 'whatsapp', ...inbound, kind: 'support', participants: [{ ...ann, handle: 'tel:+441135550188' }, bo], occurredAt: '2026-05-04T16:48:00Z', text: 'Your colleague says Friday noon works. Perfect 👍' }),
  ...chat(),
  entry({ type: 'session-ended', participants: [], conversation: idOf(502), occurredAt: '2026-05-05T12:47:00Z', actor: 'capture' }),
  entry({ type: 'note', participants: [], channel: undefined, occurredAt: '2026-05-05T13:05:00Z', actor: 'bo@northwind.example', note: { discussed: 'Docks that lose the network; cracked screens.', decided: 'Firmware of March for all three docks. Two laptops are replaced at our cost, no return before the new ones work.', nextStep: { what: 'Send a courier with two laptops', owner: boParty, due: '2026-05-08T10:00:00Z' } } }),
  entry({ type: 'task-completed', participants: [], occurredAt: '2026-05-05T14:10:00Z', actor: 'bo@northwind.example', task: { id: idOf(702), done: { at: '2026-05-05T14:10:00Z', outcome: 'Credit note 2026-118' } } }),
  entry({ channel: 'whatsapp', ...inbound, kind: 'support', conversation: idOf(503), participants: [{ ...layla, account: ann.account }, bo], occurredAt: '2026-05-06T08:15:00Z', language: 'ar', text: 'صباح الخير، أنا ليلى من فريق آن. هل يمكن أن يصل المندوب قبل الساعة الثانية عشرة؟ رقم الشحنة 48-2231.' }),
  entry({ channel: 'whatsapp', ...outbound, kind: 'support', conversation: idOf(503), participants: [layla, bo], occurredAt: '2026-05-06T08:22:00Z', text: 'Good morning Layla, yes: Friday between 10 and 12.', edited: true, amendments: [{ change: 'status', at: '2026-05-06T08:23:00Z', status: 'read', by: 'whatsapp' }] }),
  entry({ channel: 'sms', ...inbound, kind: 'support', occurredAt: '2026-05-06T09:02:00Z', text: 'Wrong number, sorry', withdrawn: true }),
]; // prettier-ignore
