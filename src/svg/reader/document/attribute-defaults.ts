const LIST = /<!ATTLIST\s+([\w:.-]{1,200})((?:[^"'<>]|"[^"<]*"|'[^'<]*')*)>/g
const DEFAULT = /([\w:.-]{1,200})\s+(?:[A-Z]+|(?:NOTATION\s+)?\([^()]*\))\s+(?:#FIXED\s+)?(?:"([^"]*)"|'([^']*)')/g

/** The attributes that an internal DTD gives to elements which do not say otherwise, by the name of the element. */
export function attributeDefaults(dtd: string): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>()
  for (const [, element = '', list = ''] of dtd.matchAll(LIST)) {
    const own = found.get(element) ?? {}
    for (const [, name = '', double, single = ''] of list.matchAll(DEFAULT)) own[name] ??= double ?? single
    found.set(element, own)
  }
  return found
}
