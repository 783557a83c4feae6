/**
 * The form of a character in a column (UAX 50). `upright` stays as it is, and `turned` is turned clockwise. `corner` is
 * a stop or comma in the upper right corner of its square. `small` is a small kana, moved a little up and to the
 * right. `mirrored` is the long vowel mark or the wave, turned and mirrored.
 */
export type VerticalForm = 'upright' | 'turned' | 'corner' | 'small' | 'mirrored'

const CORNER = /^[、。，．､｡]/u
const SMALL = /^[ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿ]/u
const MIRRORED = /^[ー〜～〰]/u
/** Matches punctuation and signs of East Asian type that are turned, such as brackets, colons and dashes. */
const TURNED = /^[〈-】〔-〟（）｛｝［］＜＞｟｠：；＝｜‐-―…‥￣＿]/u
const UPRIGHT =
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\u3000-\u303f\u30fb\uff01-\uff60\uffe0-\uffe6\u2460-\u24ff\u25a0-\u27bf※℃]/u

/** The form of a character in a column whose Latin letters are turned. */
export function verticalForm(char: string): VerticalForm {
  if (CORNER.test(char)) return 'corner'
  if (SMALL.test(char)) return 'small'
  if (MIRRORED.test(char)) return 'mirrored'
  return !TURNED.test(char) && UPRIGHT.test(char) ? 'upright' : 'turned'
}

/** Whether a character is a kanji or a kana. The advance of these characters is the side of the square. */
export const fillsSquare = (char: string): boolean => /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(char)

/** Characters that should not begin a column. */
const NOT_FIRST =
  /^[、。，．・：；！？」』）］｝〉》】〕〟”’)\]}ー々ゝゞヽヾ〜～…‥!?.,:;ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿ]/u
/** Characters that should not end a column. */
const NOT_LAST = /^[「『（［｛〈《【〔〝“‘([{]/u

/** Whether a column may end between two characters. */
export const mayPart = (before: string, after: string): boolean => !NOT_FIRST.test(after) && !NOT_LAST.test(before)

/** Whether a character is a stop or comma, which may hang below a full column. */
export const mayHang = (char: string): boolean => CORNER.test(char)
