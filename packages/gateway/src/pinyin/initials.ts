/** Pinyin of Chinese names: the only importer of `pinyin-pro`. */
import { pinyin } from "pinyin-pro";

/** The first letters of the syllables of `text`, everything that is not Chinese unchanged: `lwg2605` for `螺纹钢2605`. */
export function initialsOf(text: string): string {
  return pinyin(text, { pattern: "first", toneType: "none", type: "array", nonZh: "consecutive" }).join("");
}
