import { describe, expect, it } from 'vitest'
import { layoutText, notesOn } from '../../../src/hershey/index.ts'

/** Texts by language: a sentence, the rarer letters and signs, or both. `Currencies` belongs to no language. */
const SENTENCES: Readonly<Record<string, string>> = {
  English: 'The quick brown fox jumps over the lazy dog — “It’s £5 & 50%!”',
  French:
    'Dès Noël, où un zéphyr haï me vêt de glaçons würmiens, je dîne d’exquis rôtis de bœuf au kir, à l’aÿ d’âge mûr, &cætera ! « Voilà »',
  German: 'Victor jagt zwölf Boxkämpfer quer über den großen Sylter Deich. „GROẞE ẞ“',
  Spanish:
    'El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío; añoraba a su querido cachorro. ¿Sí? ¡No! 1.ª 2.º',
  Portuguese: 'Luís argüia à Júlia que «brações, fé, chá, óxido, pôr, zângão» eram palavras do português.',
  Italian: 'Quel vituperabile xenofobo zelante assaggia il whisky ed esclama: alleluja! È così, perché no? À Ò Ù',
  Dutch: 'Pa’s wijze lynx bezag vroom het fikse aquaduct. ĳ Ĳ é ë ï',
  Danish: 'Quizdeltagerne spiste jordbær med fløde, mens cirkusklovnen Walther spillede på xylofon. Å Ø Æ',
  Swedish: 'Flygande bäckasiner söka hwila på mjuka tuvor. Å Ä Ö',
  Finnish: 'Törkylempijävongahdus. Š Ž Å',
  Icelandic: 'Kæmi ný öxi hér, ykist þjófum nú bæði víl og ádrepa. Þ Ð Æ Ö',
  Polish: 'Zażółć gęślą jaźń. Pchnąć w tę łódź jeża lub ośm skrzyń fig. ĄĆĘŁŃÓŚŹŻ',
  Czech: 'Příliš žluťoučký kůň úpěl ďábelské ódy. ČĎĚŇŘŠŤŮŽ',
  Slovak: 'Vypätá dcéra grófa Maxwella s IQ nižším ako kôň núti čeľaď hrýzť hŕbu jabĺk. Ľ Ĺ Ŕ',
  Hungarian: 'Árvíztűrő tükörfúrógép. Ű Ő',
  Romanian: 'Muzicologă în bej vând whisky și tequila, preț fix. Ș Ț Ă Â Î',
  Turkish: 'Pijamalı hasta yağız şoföre çabucak güvendi. İ I ı Ğ Ş',
  Azerbaijani: 'Zəfər, jaketini də papağını da götür, bu axşam hava çox soyuq olacaq. Ə',
  Latvian: 'Glāžšķūņa rūķīši dzērumā čiepj Baha koncertflīģeļu vākus. Ģ Ķ Ļ Ņ ŗ',
  Lithuanian: 'Įlinkdama fechtuotojo špaga sublykčiojusi pragręžė apvalų arbūzą. Ė Ų Ū Į',
  Estonian: 'Põdur Zagrebi tšellomängija-följetonist Ciqo külmetas kehvas garaažis. Õ Š Ž',
  Maltese: 'Bil-ħeġġa ġejja mill-għoljiet, iż-żagħżugħ ċar. Ħ Ġ Ż Ċ',
  Croatian: 'Gojazni đačić s biciklom drži hmelj i finu vatu u džepu nošnje. Đ Ć Č',
  Albanian: 'Këngë, çdo ditë. Ë Ç',
  Welsh: 'Parciais fy jac codi baw hud llawn dŵr ger tŷ Mabon. Ŵ Ŷ ẃ ẁ ẅ',
  Irish: 'D’ḟuascail Íosa Úrṁac na hÓiġe Beannaiṫe pór Éava agus Áḋaiṁ. ḃ ċ ḋ ḟ ġ ṁ ṗ ṡ ṫ',
  Vietnamese: 'Do bạch kim rất quý nên sẽ dùng để lắp vô xương. Tiếng Việt: ặ ẫ ờ ữ ỹ Đường phố ễ ổ',
  Esperanto: 'Eĥoŝanĝo ĉiuĵaŭde. Ĉ Ĝ Ĥ Ĵ Ŝ Ŭ',
  Catalan: 'Jove xef, porti whisky amb quinze glaçons d’hidrogen, coi! col·legi',
  Basque: 'Ñ ñ ü',
  Sami: 'Čáŋŋaš, Đ, ŧ, ŋ, Ŋ, Ŧ',
  Yoruba: 'Ìwò̩fà ńyò̩ séji tó gbojúmó̩, ó hàn pákànpò̩ gan-an. ẹ ọ ṣ gb ń',
  Hausa: 'ɓ ɗ ƙ ƴ Ɓ Ɗ Ƙ Ƴ',
  Hawaiian: 'ʻŌlelo Hawaiʻi, ā ē ī ō ū',
  Maori: 'Kei te pai, āēīōū',
  Pinyin: 'Hànyǔ Pīnyīn ǎ ǐ ǒ ǔ ǖ ǘ ǚ ǜ',
  Greek: 'Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία. Γαζέες καὶ μυρτιὲς δὲν θὰ βρῶ πιὰ στὸ χρυσαφὶ ξέφωτο. ΐ ΰ Ϊ ; ·',
  GreekModern: 'Ζαφείρι δέξου πάγκαλο, βαθῶν ψυχῆς το σῆμα. Καλημέρα κόσμε, πώς είστε;',
  Russian: 'Съешь же ещё этих мягких французских булок, да выпей чаю. «ЁЖ» № 5',
  Ukrainian: 'Жебракують філософи при ґанку церкви в Гадячі, ще й шатро їхнє п’яне знаємо. Є Ї Ґ',
  Belarusian: 'У рудога вераб’я ў сховішчы пад фатэлем ляжаць нейкія гаючыя зёлкі. Ў І',
  Bulgarian: 'Ах, чудна българска земьо, полюшвай цъфтящи жита.',
  Serbian: 'Фијуче ветар у шибљу, леди пасаже и куће иза њих и гунђа у оџацима. Ђ Ћ Љ Њ Џ',
  Macedonian: 'Ѕидарски пејзаж: шугав билмез со чудење џвака ќофте и кељ на туѓ цех. Ѓ Ќ Ѕ',
  Kazakh: 'Әбіт, ғылым, қазақ, ңғ, өзен, ұлы, үй, һ. Ә Ғ Қ Ң Ө Ұ Ү Һ І',
  Mongolian: 'Щётканы фермд пийшин цувъя. Бөгж зогсч хэльюү. Ө Ү',
  Tatar: 'Ә Җ Ң Ө Ү Һ җ',
  Hebrew: 'דג סקרן שט בים מאוכזב ולפתע מצא חברה. שָׁלוֹם עֲלֵיכֶם, 25 ₪',
  Yiddish: 'אַ פֿרײלעכן געבורטסטאָג! ײַ װ ױ',
  Arabic: 'صِف خَلقَ خَودِ كَمِثلِ الشَمسِ إِذ بَزَغَت — يَحظى الضَجيعُ بِها نَجلاءَ مِعطارِ ١٢٣ ،؟',
  Persian:
    'بر اثر چنین تلقین و شستشوی مغزی جامعی، سطح و پایه‌ی ذهن و فهم و نظر بعضی اشخاص واژگونه و معکوس می‌شود. ۱۲۳ گچپژ',
  Urdu: 'ٹھنڈ میں، ایک قحط زدہ گاؤں سے گذرتے وقت ایک چڑچڑے، باأثر و فارغ شخص کو بعض جل پری نما اژدہے نظر آئے۔ ڈ ڑ ں ے ھ',
  Latin: 'Gaza frequens Libycos duxit Karthago triumphos. ā ē ī ō ū ȳ æ œ',
  Uzbek: 'O‘zbekiston, g‘oya',
  Filipino: 'Ang bawat rehistradong ₱100 ñ',
  Pashto: 'ټول انسانان آزاد نړی ته راځي، ښه ژبه پښتو ګټه ړوند ځای څوک ډوډی ئې ې ګ ڼ',
  Sindhi: 'سڀئي انسان آزاد ڄاوا آھن، ٻار ٺھ ڌي ڳالھ ڱ ڻ ڇ ڦل ڙ ۽ ۾',
  Uyghur: 'ھەممە ئادەم ئەركىن تۇغۇلىدۇ، ۋە ڭ ې ۈ ۇ گۈزەل',
  Kurdish: 'Hemû mirov azad û di weqar û mafan de wekhev tên dinyayê, çêjî, şîn ئازاد، ڕۆژ ڵ ێ ڤ',
  Igbo: 'A mụrụ mmadụ nile n’ohere, ịhụnanya, ọ̀ma, ṅ, Ị Ọ Ụ',
  Ewe: 'Wodzi amegbetɔwo katã, ŋutɔ, ƒe ɖe ɣe ʋu, ɛ ɔ Ɖ Ƒ Ɣ Ʋ Ɛ Ɔ Ŋ',
  Lingala: 'Bato nyonso na mbotama, lɔkɔ́lá, mɔ̌, ɛ́, ɔ̂',
  Twi: 'Wɔawo adasamma nyinaa, Ɛyɛ Ɔ ɛ',
  Fula: 'Innama aadeeji fof, ɓe ɗe ŋ ƴ ɲ Ɲ',
  Guarani: 'Mayma yvypóra ou ko yvy ári iñapytʼyre, g̃, ỹ, ẽ ũ ĩ, G̃uaraní Ỹ',
  Navajo: 'Bilaʼashdlaʼii tʼáá ałtsoh, ą́ ę́ į́ ǫ́ łį́į́ʼ Ńdaga’',
  Livonian: 'Amād rovzt attõ sindõnd, ȭ ȱ ǟ ḑ ņ ŗ ţ Ḑ Ȭ',
  SkoltSami: 'Puk oummu šâdde, ǩ ǯ ʒ ǥ ǧ õ â å ŋ Ǩ Ǯ Ǥ Ǧ ʹ',
  Chechen: 'Массо а адамаш, Ӏ ӏ кӀант, гӏо, хьо, аьлла',
  Ossetic: 'Адæймæгтæ се ’ппæт дæр, Æ ӕ Ӕ',
  Abkhaz: 'Ауаа зегь, аҧсуа, ҟ ҽ ҿ ҩ ӡ ӷ ҭ ҳ ӏ ҵ ҷ ҕ ԥ џь',
  Bashkir: 'Бөтә кешеләр, ҙ ҡ ҫ ғ ң һ Ҙ Ҡ Ҫ',
  Chuvash: 'Пур ҫын та ирӗклӗ, ӑ ӗ ӳ ҫ Ӑ Ӗ Ӳ',
  Sakha: 'Дьон барыта, ҕ ҥ ө һ ү ҔҤ',
  Udmurt: 'Ваньмыз адями, ӝ ӟ ӥ ӧ ӵ',
  Tajik: 'Тамоми одамон озод, ӣ ӯ ҷ ҳ қ ғ Ӣ Ӯ',
  SanskritRomanized: 'ṛṣi saṃskṛtam, ḷ ḹ ṝ ñ ṅ ṇ ṭ ḍ ś ḥ Ṛ r̥ l̥ m̐',
  ArabicRomanized: 'al-Qurʾān, ʿAlī, ḥāmid, ṣabr, ḍāl, ṭāʾ, ẓuhr, ġ ḫ ḏ ṯ',
  Malagasy: 'Teraka afaka, mànana, n̈ oô',
  Faroese: 'Øll menniskju eru fødd fræls, góður, ý Ð',
  Breton: 'Dieub ha par, c’hoar, ñ ù, C’HOAR',
  Tongan: 'Ko e kotoa, ʻoku, fāʻeleʻi, é',
  Kabiye: 'Palʊlʊʊ ɛyaa, ɖ ɩ ŋ ʊ ɣ Ʊ Ɩ',
  Chukchi: 'Ӄ ӄ Ӈ ӈ ԓ Ԓ',
  Currencies: '€ £ $ ¥ ₺ ₽ ₴ ₹ ₪ ₫ ₱ ₩ ₦ zł Kč',
  Kana: 'いろはにほへと。カタカナ「ヴァイオリン」ぱぴぷぺぽ、きゃっきゅっ',
}
const FONTS = ['linnet', 'heron', 'wren', 'rowmans', 'EMSReadability', 'timesr', 'scripts']

describe.each(Object.entries(SENTENCES))('%s', (_, sentence) => {
  it.each(FONTS)('is drawn in %s without a missing or substituted character', (font) => {
    expect(notesOn(sentence, font).filter(({ how }) => how === 'missing' || how === 'substituted')).toEqual([])
  })
})

describe('a language whose letters no font of plotd has', () => {
  it.each([
    ['Hindi', 'ऋषियों को'],
    ['Thai', 'เป็นมนุษย์'],
    ['Georgian', 'ვეპხის'],
    ['Korean', '키스의'],
  ])('%s: each character is named as missing', (_, sentence) => {
    const graphemes = new Set(sentence.replace(' ', '').match(/\P{M}\p{M}*/gu))
    const named = notesOn(sentence, 'linnet').flatMap(({ how, char }) => (how === 'missing' ? [char] : []))
    expect(new Set(named)).toEqual(graphemes)
  })
})

describe('Arabic letters without a glyph of their own', () => {
  const strokes = (text: string) => layoutText(text, { font: 'bulbul' }).strokes.starts.length - 1

  it('join like their base letters', () => {
    expect(strokes('ټټټ')).toBe(strokes('تتت') + 3) // three rings
    expect(strokes('ببب') - 3).toBe(1)
    expect(strokes('ېېې')).toBe(1 + 3 * 2)
    expect(strokes('ىىى')).toBe(1)
  })

  it('join only on the side on which their base letters join', () => {
    expect(strokes('ڕڕ')).toBe(strokes('رر') + 2)
  })

  it('are reported when no font draws them', () => {
    expect(notesOn('ڪ', 'linnet').map(({ how }) => how)).toEqual(['missing'])
    expect(notesOn('ۍ', 'linnet').map(({ how }) => how)).toEqual(['substituted'])
  })
})
