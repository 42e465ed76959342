// Looks at a page in Debian's Chromium and prints what it found as JSON; the tests judge it.
//
//     node look.cjs PAGE.html CHROMIUM [OTHER.html ...]
//
// Of other pages it looks at accessibility and width alone.
"use strict";
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");
const { violations } = require("./axe.cjs");
const { overflow, small, stacked, clipped } = require("./sizes.cjs");
const { clippedOnAPhone, cues, parted } = require("./cues.cjs");

const [page_path, executablePath, ...others] = process.argv.slice(2);
const address = pathToFileURL(page_path).href;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

// Opens the page and notes every request beyond it and everything that the console says.
async function open(browser, notes, options, at = address) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("request", (request) => { if (request.url() !== at && !request.url().startsWith("data:")) notes.requests.push(request.url()); });
  page.on("console", (message) => notes.console.push(message.text()));
  page.on("pageerror", (error) => notes.console.push(String(error)));
  await page.goto(at);
  await page.evaluate(() => document.fonts.ready);
  return page;
}

// The links whose place is missing, or does not come into view when they are followed.
async function lost(page) {
  return page.evaluate(async () => {
    const missed = [], hashes = new Set([...document.querySelectorAll("a[href^='#']")].map((link) => link.getAttribute("href")));
    for (const hash of hashes) {
      const followed = new Promise((done) => addEventListener("hashchange", done, { once: true }));
      location.hash = hash;
      await followed;
      const target = document.getElementById(decodeURIComponent(hash.slice(1)));
      const top = target ? target.getBoundingClientRect().top : NaN;
      const low = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
      if (!target || !(top >= 0 && (top < innerHeight / 2 || (low && top < innerHeight)))) missed.push(`${hash} at ${top}`);
    }
    return { followed: hashes.size, missed };
  });
}

// Search and filter with the keyboard alone: what stands under the claims after each step.
async function keyboard(page) {
  const seen = () => page.evaluate(() => ({
    said: document.getElementById("filter-count").textContent,
    shown: [...document.querySelectorAll("article.claim")].filter((claim) => claim.checkVisibility()).map((claim) => claim.id),
    focus: document.activeElement.id,
  }));
  const found = { start: await seen() };
  await page.keyboard.press("/");
  await page.keyboard.type("lemma-3.1 increasing");
  found.searched = await seen();
  await page.keyboard.press("Escape");
  found.escaped = await seen();
  await page.locator("#filter-verdict").focus();
  await page.keyboard.type("ref");
  found.filtered = await seen();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  found.cleared = await seen();
  await page.keyboard.press("/");
  await page.keyboard.type("no such words");
  await page.evaluate(() => { location.hash = "#lemma-3.1"; });
  await page.waitForFunction(() => document.getElementById("filter-text").value === "");
  found.linked = await seen();
  await page.evaluate(() => { history.replaceState(null, "", location.pathname); });
  return found;
}

async function words(page) {
  const text = await page.locator("main").evaluate((main) => {
    const copy = main.cloneNode(true);
    for (const one of copy.querySelectorAll(".filters, .search")) one.remove();
    return copy.textContent;
  });
  // what is out of sight is not laid out, yet shown
  const claims = await page.evaluate(() => [...document.querySelectorAll("article.claim")].filter((claim) => claim.checkVisibility()).length);
  return { text, controls: await page.evaluate(() => document.querySelector(".filters").checkVisibility()), claims };
}

// Where each claim and statement begins on paper: its page, and its distance from the page's lower edge, in points; what the paper cuts.
async function printed(page) {
  const content = (await page.pdf({ format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" } })).toString("latin1");
  const places = {}, pages = {};
  for (const [, name, sheet, height] of content.matchAll(/\/([\w.#:-]+)\s*\[(\d+) 0 R \/XYZ [-\d.]+ ([-\d.]+) /g)) {
    const plain = name.replace(/#([0-9A-F]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
    [places[plain], pages[plain]] = [Number(height), Number(sheet)];
  }
  const first = await page.evaluate(() => [...document.querySelectorAll("article.claim")].map((claim) => [claim.id, claim.querySelector(".part").id]));
  const parted = first.filter(([claim, statement]) => pages[claim] !== pages[statement]).map(([claim]) => claim);
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 680, height: 1000 }); // 180 millimetres
  const cut = await page.evaluate(() => [...document.querySelectorAll("math, svg, table, pre")].filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > 681).map((one) => `${one.localName} ${one.textContent.slice(0, 60)}`));
  // what reaches into the column beside it, and pictures too small to read
  const covering = await page.evaluate(() => [...document.querySelectorAll(".errata > li > * math")].filter((one) => one.getBoundingClientRect().right > one.closest("li > *").getBoundingClientRect().right + 1).map((one) => one.textContent.slice(0, 60)));
  const tiny = await page.evaluate(() => [...document.querySelectorAll(".panels svg")].filter((one) => one.getBoundingClientRect().width < 220).map((one) => one.parentElement.getAttribute("aria-label").slice(0, 60)));
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 1280, height: 900 });
  return { places, parted, cut, covering, tiny };
}

// The kinds of elements that take the focus without showing it, when the keyboard brings it there.
async function unringed(page) {
  await page.keyboard.press("Tab");
  return page.evaluate(() => {
    const kinds = new Map();
    for (const one of document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")) {
      if (!one.checkVisibility()) continue;
      const kind = `${one.tagName} ${one.getAttribute("class") ?? ""} in ${one.parentElement.tagName}`;
      if (one.matches(".tile") || !kinds.has(kind)) kinds.set(one, kind) && kinds.set(kind, kind);
    }
    const missed = [];
    for (const [one, kind] of kinds) {
      if (typeof one === "string") continue;
      one.focus({ focusVisible: true });
      const style = getComputedStyle(one);
      if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) missed.push(kind);
    }
    return { seen: [...kinds.keys()].filter((one) => typeof one !== "string").length, missed };
  });
}

// The marks of verdicts that Chromium would leave out on paper, where it prints no backgrounds: those drawn by a background that is not kept.
async function unprinted(page) {
  await page.emulateMedia({ media: "print" });
  const found = await page.evaluate(() => {
    const missed = new Set();
    for (const [selector, pseudo] of [[".v, .tile", "::before"], [".tile.mended", "::after"]])
      for (const one of document.querySelectorAll(selector)) {
        const style = getComputedStyle(one, pseudo);
        if (style.content !== "none" && style.printColorAdjust !== "exact") missed.add(`${one.className} ${pseudo}`);
      }
    return { seen: document.querySelectorAll(".v, .tile").length, missed: [...missed] };
  });
  await page.emulateMedia({ media: "screen" });
  return found;
}

// What stands on the first screen of a laptop; whether a tile shows that it has the focus, and a line that is wider than its column says so.
async function shown(page) {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.evaluate(() => scrollTo(0, 0));
  const first = await page.evaluate(() => {
    const inside = (one) => one.checkVisibility() && one.getBoundingClientRect().bottom <= innerHeight;
    return [...document.querySelectorAll("#filter-text, .story h3")].filter(inside).map((one) => one.textContent || one.id);
  });
  await page.locator(".tile").first().focus();
  await page.keyboard.press("Tab");
  const style = (selector, pseudo, names) => page.evaluate(([selector, pseudo, names]) => {
    const styles = getComputedStyle(document.querySelector(selector), pseudo);
    return names.map((name) => styles[name]);
  }, [selector, pseudo, names]);
  return {
    first,
    ring: await style(".tile:focus", null, ["outlineStyle", "outlineWidth"]),
    cue: await page.evaluate(() => getComputedStyle(document.querySelector(".statement")).backgroundImage.split("linear-gradient").length - 1),
  };
}

// The shortcut of the search, switched off: a slash is then a slash.
async function switched(page) {
  await page.locator("#filter-slash").uncheck();
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  const off = await page.evaluate(() => document.activeElement.id);
  await page.locator("#filter-slash").check();
  return off;
}

// One page serves all looks but two: the order is theirs, since folds stay open and the width stays small.
async function looks(browser, notes) {
  const page = await open(browser, notes, { viewport: { width: 1280, height: 900 } });
  const found = { printed: await printed(page), scripted: await words(page), keyboard: await keyboard(page), shown: await shown(page), switched: await switched(page), lost: await lost(page), unringed: await unringed(page), unprinted: await unprinted(page), overflow: await overflow(page), small: await small(page), stacked: await stacked(page), clipped: await clipped(page), parted: await parted(page), onAPhone: await clippedOnAPhone(page), cues: await cues(page) };
  const plain = await open(browser, notes, { javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  return { ...found, plain: await words(plain) };
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const notes = { requests: [], console: [] };
  const [seen, rules] = await Promise.all([looks(browser, notes), violations(open, browser, notes)]);
  const beside = {};
  for (const other of others) {
    const at = pathToFileURL(other).href;
    const page = await open(browser, notes, {}, at);
    beside[path.basename(other)] = { ...await violations(open, browser, notes, at), overflow: await overflow(page) };
    await page.context().close();
  }
  await browser.close();
  process.stdout.write(JSON.stringify({ ...seen, ...rules, ...notes, beside }));
})();
