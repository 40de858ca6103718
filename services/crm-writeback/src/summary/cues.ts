/** What a sentence may be doing in a conversation. */
export type Role = 'problem' | 'tried' | 'decision' | 'promise';

// English, German, French and Spanish. Whole words; a trailing hyphen stands for any ending.
const words: { readonly [R in Role]: string } = {
  problem: `broken broke crack- not-work- doesn't-work isn't-work- stopped fail- error- problem- issue- cannot can't unable
    won't wrong missing damaged refund- complain- late delay- lost slow crash- freez- frozen never-arriv- charged invoice-
    help need- question
    kaputt defekt fehler funktioniert-nicht geht-nicht problem- beschädigt fehlt falsch reklamation rechnung brauche hilfe
    cassé- panne erreur marche-pas fonctionne-pas problème- manque- facture- besoin aide
    roto- averia- error no-funciona problema- falta- factura- necesito ayuda`,
  tried: `tried try- restart- reboot- reset reinstall- checked cleared updated replaced unplugged turned-it-off
    logged-out logged-in already
    versucht probiert neu-gestartet neugestartet zurückgesetzt geprüft aktualisiert
    essayé- redémarré- réinitialisé- vérifié-
    intentado intenté reinici- probado probé comprob-`,
  decision: `agreed agree decided decide- approved approve resolved fixed solved refunded replaced we-replace
    will-replace exchange confirmed cancelled canceled accept- let's go-ahead
    vereinbart entschieden genehmigt gelöst behoben erstattet storniert einverstanden
    convenu décidé- approuvé- résolu- remboursé- annulé- d'accord
    acordado decidi- aprobado resuelto reembols- cancelado de-acuerdo`,
  promise: `i-will i'll we-will we'll will-call will-send will-get-back you-will-receive promise- expect-
    ich-werde wir-werden melde-mich sende-ihnen schicke-ihnen versprech-
    je-vais nous-allons je-vous-envoie promets
    voy-a vamos-a le-enviaré le-llamaré prometo`,
};

const phraseOf = (word: string): string =>
  word
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/-$/, '\\p{L}*')
    .replace(/-/g, '\\s+');

const patternOf = (list: string): RegExp =>
  new RegExp(`(?<![\\p{L}'])(?:${list.split(/\s+/).filter(Boolean).map(phraseOf).join('|')})(?![\\p{L}])`, 'giu');

const patterns = Object.fromEntries(Object.entries(words).map(([role, list]) => [role, patternOf(list)])) as {
  readonly [R in Role]: RegExp;
};

// A time by which something is to happen makes a promise one that can be held.
const time =
  /\b(today|tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|heute|morgen|demain|aujourd'hui|hoy|mañana|within|until|by \d|\d{1,2}[:.]\d{2}|\d{4}-\d{2}-\d{2}|\d+ (minutes?|hours?|days?|weeks?|stunden|tage|heures|jours|horas|días))\b/iu;

/** How strongly a sentence plays a role, from 0 on. */
export const weightOf = (role: Role, sentence: string): number => {
  const found = new Set((sentence.replace(/’/g, "'").match(patterns[role]) ?? []).map((match) => match.toLowerCase()));
  const weight = Math.min(found.size, 3) * 2;
  switch (role) {
    case 'problem':
      return weight + (weight > 0 && sentence.includes('?') ? 1 : 0);
    case 'promise':
      return weight > 0 && time.test(sentence) ? weight + 3 : weight;
    case 'tried':
    case 'decision':
      return weight;
  }
};

const courtesy =
  /^(hi|hello|hey|dear|good (morning|afternoon|evening)|thanks?|thank you|many thanks|best|kind|regards|cheers|bye|goodbye|hallo|guten (tag|morgen|abend)|danke|vielen dank|mit freundlichen|bonjour|merci|cordialement|hola|gracias|saludos|you'?re welcome)(?!\p{L})/iu;

/** Whether a sentence only greets, thanks or takes leave. */
export const isCourtesy = (sentence: string): boolean => courtesy.test(sentence) && sentence.length < 60;
