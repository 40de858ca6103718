// Where anybody gets a mailbox, so that the domain says nothing about who employs them. Compiled by hand, from no other
// list; grows by pull request. One that is missing makes an account of strangers, one too many hides an account: only
// providers and access networks open to the public, relays and throw-away mail stand here, by registrable domain.

/** Providers with many domains under many suffixes, by the name before the suffix: `yahoo` for yahoo.com, yahoo.co.jp … */
export const publicBrands: ReadonlySet<string> = new Set(
  `aol gmx googlemail hotmail live msn outlook protonmail rocketmail tutanota yahoo yandex ymail zoho zohomail`.split(
    /\s+/,
  ),
);

/** Single domains of public providers. */
export const publicDomains: ReadonlySet<string> = new Set(
  `gmail.com icloud.com me.com mac.com proton.me pm.me passport.com windowslive.com
  fastmail.com fastmail.fm hey.com hushmail.com hush.com lavabit.com mailbox.org posteo.de posteo.net riseup.net
  runbox.com startmail.com tuta.com tuta.io tutamail.com keemail.me disroot.org kolabnow.com mailfence.com duck.com
  mail.com email.com usa.com post.com europe.com consultant.com engineer.com myself.com dr.com iname.com inbox.com
  lycos.com excite.com netscape.net juno.com netzero.net usa.net prodigy.net compuserve.com cs.com aim.com
  att.net bellsouth.net sbcglobal.net pacbell.net ameritech.net comcast.net verizon.net charter.net cox.net
  earthlink.net mindspring.com frontier.com frontiernet.net windstream.net optonline.net optimum.net roadrunner.com rr.com
  centurylink.net centurytel.net embarqmail.com q.com suddenlink.net mchsi.com
  rogers.com shaw.ca sympatico.ca telus.net videotron.ca bell.net cogeco.ca
  btinternet.com btopenworld.com blueyonder.co.uk virginmedia.com virgin.net ntlworld.com sky.com talktalk.net
  tiscali.co.uk plusnet.com o2.co.uk orange.net freeserve.co.uk wanadoo.co.uk eircom.net
  web.de t-online.de freenet.de arcor.de online.de email.de 1und1.de gmx.net mailbox.de vodafone.de
  bluewin.ch hispeed.ch sunrise.ch aon.at chello.at utanet.at a1.net
  orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr numericable.fr bbox.fr club-internet.fr aliceadsl.fr
  libero.it virgilio.it tin.it alice.it tiscali.it fastwebnet.it inwind.it iol.it tim.it email.it poste.it
  terra.es telefonica.net ono.com ya.com sapo.pt netcabo.pt clix.pt
  skynet.be telenet.be proximus.be ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl hetnet.nl upcmail.nl casema.nl
  telia.com telia.se bredband.net comhem.se spray.se online.no broadpark.no mail.dk jubii.dk ofir.dk stofanet.dk
  luukku.com suomi24.fi kolumbus.fi welho.com elisanet.fi
  wp.pl o2.pl onet.pl op.pl interia.pl interia.eu poczta.fm gazeta.pl tlen.pl vp.pl
  seznam.cz email.cz centrum.cz post.cz volny.cz atlas.cz azet.sk centrum.sk zoznam.sk
  freemail.hu citromail.hu indamail.hu t-online.hu abv.bg mail.bg dir.bg
  mail.ru bk.ru inbox.ru list.ru internet.ru rambler.ru ya.ru lenta.ru narod.ru ro.ru
  ukr.net i.ua meta.ua bigmir.net tut.by inbox.lv one.lv apollo.lv mail.ee hot.ee
  walla.co.il walla.com zahav.net.il netvision.net.il 012.net.il bezeqint.net
  mynet.com superonline.com ttmail.com maktoob.com
  rediffmail.com rediff.com indiatimes.com sify.com in.com
  qq.com foxmail.com 163.com 126.com yeah.net 188.com sina.com sina.cn sohu.com tom.com 21cn.com
  139.com 189.cn wo.cn aliyun.com hinet.net pchome.com.tw seed.net.tw netvigator.com
  naver.com hanmail.net daum.net nate.com kakao.com korea.com
  docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp nifty.com biglobe.ne.jp ocn.ne.jp excite.co.jp goo.jp so-net.ne.jp
  bigpond.com bigpond.net.au optusnet.com.au optushome.com.au iinet.net.au tpg.com.au internode.on.net
  xtra.co.nz slingshot.co.nz clear.net.nz paradise.net.nz
  uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com r7.com oi.com.br zipmail.com.br
  fibertel.com.ar arnet.com.ar ciudad.com.ar speedy.com.ar prodigy.net.mx terra.com.mx terra.cl
  mweb.co.za telkomsa.net webmail.co.za vodamail.co.za iafrica.com
  appleid.com simplelogin.com anonaddy.com mozmail.com
  mailinator.com guerrillamail.com 10minutemail.com yopmail.com trashmail.com temp-mail.org sharklasers.com
  getnada.com dispostable.com maildrop.cc tempmail.com throwawaymail.com`.split(/\s+/),
);
