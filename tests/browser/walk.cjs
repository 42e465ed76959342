// Walks through a page as a reader does who has a question: finds its answer, follows links with the mouse, and prints what is read there.
//
//     node walk.cjs PAGE.html CHROMIUM '{"QUESTION": ["LINK", "LINK"], ...}'
"use strict";
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const [page_path, executablePath, walks] = process.argv.slice(2);
const address = pathToFileURL(page_path).href;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

// Words as a test writes them: a joiner keeps "L-SAM" on one line, and some of the blanks do not break.
const plain = (text) => text.replaceAll("\u2060", "").replace(/\s+/g, " ");
const asked = (words) => new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("-", "-\u2060?").replace(/\s+/g, "\\s+"));

// The words of what a link leads to, and whether its head is on the screen.
async function reached(page) {
  await page.waitForFunction(() => document.querySelector(":target"));
  await page.waitForTimeout(200); // what comes into sight is laid out, which moves it
  const place = await page.evaluate(() => {
    const target = document.querySelector(":target");
    const { top } = target.getBoundingClientRect();
    const whole = target.closest("article, figure, section") ?? target;
    return { hash: decodeURIComponent(location.hash), seen: target.checkVisibility() && top >= 0 && top < innerHeight, words: whole.textContent };
  });
  return { ...place, words: plain(place.words) };
}

// One walk from the top of the page; the first link stands in the answer, each further one where the link before it led.
async function walk(page, asks, links) {
  await page.goto(address);
  const question = page.locator(".answers > div", { has: page.locator("dt", { hasText: asked(asks) }) });
  const answer = plain(await question.locator("dd").textContent());
  const places = [];
  for (const link of links) {
    const around = places.length ? page.locator("section", { has: page.locator(":target") }).last() : question;
    try {
      await around.getByRole("link", { name: link, exact: true }).first().click({ timeout: 5000 });
      places.push(await reached(page));
    } catch (error) {
      return { answer, places: [...places, { hash: link, seen: false, words: String(error) }] }; // the walk ends where its link is missing
    }
  }
  return { answer, places };
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  const found = {};
  for (const [asks, links] of Object.entries(JSON.parse(walks))) found[asks] = await walk(page, asks, links);
  await browser.close();
  process.stdout.write(JSON.stringify(found));
})();
