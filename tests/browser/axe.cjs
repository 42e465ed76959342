// Accessibility of a page by the rules of axe.
"use strict";
const fs = require("node:fs");

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const COLOURS = ["color-contrast", "link-in-text-block"];

// Whether the keyboard reaches each line that scrolls: the script of the page sees to it when it is idle.
function reachable() {
  if (!document.querySelector("script")) return true;
  const scrolls = (line) => line.checkVisibility() && line.scrollWidth > line.clientWidth + 1 && getComputedStyle(line).overflowX === "auto";
  return [...document.querySelectorAll("p, li, span")].every((line) => !scrolls(line) || line.tabIndex === 0 || line.querySelector("a"));
}

// Violations of accessibility rules in light, on a phone and in print, and of those that look at colours in dark, with the folds of the first
// entries open. The policy of the page forbids axe, so that it is set aside here; `open` opens the page.
async function violations(open, browser, notes, at) {
  const page = await open(browser, notes, { colorScheme: "light", bypassCSP: true, viewport: { width: 1280, height: 900 } }, at);
  await page.evaluate(fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  await page.addStyleTag({ content: ".claim, main > section { content-visibility: visible !important }" }); // axe sees places that are not laid out yet overlap
  await page.evaluate(() => {
    for (const claim of [...document.querySelectorAll("article.claim")].filter((one, index) => index < 2 || one.querySelector(".experiment")).slice(0, 4))
      for (const fold of claim.querySelectorAll("details")) fold.open = true;
  });
  const run = async (runOnly, rules = {}) => {
    const asked = { runOnly, rules, resultTypes: ["violations"] };
    const found = await page.evaluate(async (asked) => (await axe.run(document, asked)).violations, asked);
    return found.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  };
  const light = await run({ type: "tag", values: RULES });
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await run({ type: "rule", values: COLOURS });
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 360, height: 800 });
  await page.waitForFunction(reachable, null, { timeout: 30000, polling: 500 }).catch(() => {}); // if they stay out of reach, axe tells which
  const phone = await run({ type: "tag", values: RULES });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ media: "print" });
  const print = await run({ type: "tag", values: RULES }, { "target-size": { enabled: false } }); // nothing is pressed on paper
  await page.context().close();
  return { light, dark, phone, print };
}

module.exports = { violations };
