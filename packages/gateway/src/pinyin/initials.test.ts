import assert from "node:assert/strict";
import { test } from "node:test";
import { initialsOf } from "./initials.ts";

test("Chinese syllables give their first letter, everything else stays", () => {
  for (const [text, initials] of [
    ["螺纹钢2605", "lwg2605"],
    ["贵州茅台", "gzmt"],
    ["阿里巴巴-W", "albb-W"],
    ["招商银行", "zsyh"],
    ["Apple", "Apple"],
    ["Johnson & Johnson", "Johnson & Johnson"],
    ["", ""],
  ] as const)
    assert.equal(initialsOf(text), initials, text);
});
