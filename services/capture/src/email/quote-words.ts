// How mail programs introduce what they quote, as one sees it in mail of many languages. Grows by pull request.

const written =
  'wrote|writes|said|schrieb|écrit|ecrit|escribió|escribio|scritto|scrive|escreveu|schreef|skrev|kirjoitti|' +
  'napisał\\(?a?\\)?|pisze|napsal\\(?a?\\)?|пишет|писал\\(?а?\\)?|написал\\(?а?\\)?|yazdı|írta|a scris|' +
  'のメッセージ|さんは書きました|写道|寫道|작성';

/** "wrote", anywhere in a sentence. */
export const verb = new RegExp(`(${written})`, 'iu');

/** "wrote:" (in German followed by the writer) where a sentence ends. */
export const verbAtEnd = new RegExp(`(${written}|schrieb.*)\\s*[:：]\\s*$`, 'u');

/** How a sentence begins that tells a moment and a writer: "On Monday, Ann …". */
export const momentAtStart = /^((On|At|Am|Le|El|Il|Em|Op|Den|W dniu|Dnia|Dne|pe|ti|ke|to|ma|la|su)\s|在|\d)/;

const dashed = (names: string): RegExp => new RegExp(`^\\s*-{2,20}\\s*(${names})\\s*-{2,20}(\\s|$)`, 'iu');

/** Stands before the mail that is answered. */
export const answered = dashed(
  "original message|original-nachricht|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|" +
    'mensagem original|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|' +
    'alkuperäinen viesti|wiadomość oryginalna|původní zpráva|исходное сообщение|orijinal mesaj|reply message|' +
    '原始邮件|元のメッセージ|원본 메시지',
);

/** Stands before the mail that is passed on. */
export const forwarded = [
  dashed(
    'forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|' +
      'mensagem encaminhada|doorgestuurd bericht|forwarded by .{1,100}',
  ),
  /^\s*(begin forwarded message|anfang der weitergeleiteten nachricht|début du message réexpédié|inizio messaggio inoltrato)\s*:\s*$/iu,
];

/** A line of a mail's header, repeated in a body. */
export const headerLine = new RegExp(
  `^\\s*\\*?(${[
    'from|sent|date|to|cc|subject',
    'von|gesendet|datum|an|betreff|de|envoyé|à|objet|enviado|para|asunto|da|inviato|a|oggetto|assunto',
    'van|verzonden|aan|onderwerp|från|skickat|till|ämne|fra|sendt|til|emne|lähettäjä|lähetetty|vastaanottaja|aihe',
    'od|wysłano|do|temat|от|отправлено|кому|тема|发件人|发送时间|收件人|主题|差出人|送信日時|宛先|件名',
  ].join('|')})\\s?\\*?\\s?[:：]\\*?\\s?\\S`,
  'iu',
);
