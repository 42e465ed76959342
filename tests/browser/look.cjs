// Looks at a page in Debian's Chromium and prints what it found as JSON; the tests judge it.
//
//     node look.cjs PAGE.html CHROMIUM
"use strict";
const fs = require("node:fs");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const [page_path, executablePath] = process.argv.slice(2);
const address = pathToFileURL(page_path).href;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const COLOURS = ["color-contrast", "link-in-text-block"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

// Opens the page and notes every request beyond it and everything that the console says.
async function open(browser, notes, options, prepare = async () => {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("request", (request) => { if (request.url() !== address && !request.url().startsWith("data:")) notes.requests.push(request.url()); });
  page.on("console", (message) => notes.console.push(message.text()));
  page.on("pageerror", (error) => notes.console.push(String(error)));
  await prepare(page);
  await page.goto(address);
  await page.evaluate(() => document.fonts.ready);
  return page;
}

// Violations of accessibility rules in light, and of those that look at colours in dark, with the folds of the first entries open. The policy
// of the page forbids axe, so that it is set aside here.
async function violations(browser, notes) {
  const page = await open(browser, notes, { colorScheme: "light", bypassCSP: true, viewport: { width: 1280, height: 900 } });
  await page.evaluate(fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  await page.addStyleTag({ content: ".claim, main > section { content-visibility: visible !important }" }); // axe sees places that are not laid out yet overlap
  await page.evaluate(() => {
    for (const claim of [...document.querySelectorAll("article.claim")].filter((one, index) => index < 2 || one.querySelector(".experiment")).slice(0, 4))
      for (const fold of claim.querySelectorAll("details")) fold.open = true;
  });
  const run = async (runOnly) => {
    const found = await page.evaluate(async (runOnly) => (await axe.run(document, { runOnly, resultTypes: ["violations"] })).violations, runOnly);
    return found.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  };
  const light = await run({ type: "tag", values: RULES });
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await run({ type: "rule", values: COLOURS });
  await page.context().close();
  return { light, dark };
}

async function overflow(page) {
  await page.setViewportSize({ width: 360, height: 800 });
  const width = (open) => page.evaluate((open) => {
    for (const fold of document.querySelectorAll("details")) fold.open = open;
    return document.documentElement.scrollWidth;
  }, open);
  return { folded: await width(false), open: await width(true) };
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
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 1280, height: 900 });
  return { places, parted, cut };
}

// The sizes of letters below 11 pixels, of words and of pictures' labels, by where they stand; formulas' indices are left out.
async function small(page) {
  const found = {};
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    found[width] = await page.evaluate(() => {
      const sizes = {}, words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node; (node = words.nextNode());) {
        const element = node.parentElement;
        if (!node.nodeValue.trim() || element.closest("script, style, math") || !element.checkVisibility()) continue;
        const scale = element.closest("svg") ? Math.hypot(element.getScreenCTM().a, element.getScreenCTM().b) : 1;
        const size = scale * parseFloat(getComputedStyle(element).fontSize);
        if (size < 10.99) sizes[`${element.tagName} ${element.getAttribute("class") ?? ""}`] = size;
      }
      return sizes;
    });
  }
  return found;
}

// The pictures of runs on a phone: those whose panels do not stand below one another within the screen, and labels that cover another one.
async function stacked(page) {
  await page.setViewportSize({ width: 360, height: 800 });
  return page.evaluate(() => {
    // the box on the screen of a rectangle of a drawing, whose line around the letters is left out
    const seen = (text, box) => {
      const corners = [[box.x, box.y], [box.x + box.width, box.y], [box.x, box.y + box.height], [box.x + box.width, box.y + box.height]];
      const places = corners.map(([x, y]) => new DOMPoint(x, y).matrixTransform(text.getScreenCTM()));
      const [across, down] = [places.map((place) => place.x), places.map((place) => place.y)];
      return { left: Math.min(...across), right: Math.max(...across), top: Math.min(...down), bottom: Math.max(...down) };
    };
    // each label with its box: the numbers of a panel are one text, whose letters have places
    const labelled = (text) => {
      if (!(text.getAttribute("x") ?? "").includes(" ")) return [[text.textContent, seen(text, text.getBBox())]];
      let at = 0;
      return text.textContent.split(" ").map((number) => {
        const first = text.getExtentOfChar(at), last = text.getExtentOfChar(at + number.length - 1);
        at += number.length + 1;
        return [number, seen(text, { x: first.x, y: first.y, width: last.x + last.width - first.x, height: first.height })];
      });
    };
    const missed = [], pictures = [...document.querySelectorAll(".panels")];
    for (const picture of pictures) {
      const name = picture.getAttribute("aria-label").slice(0, 60), panels = [...picture.children].map((panel) => panel.getBoundingClientRect());
      if (panels.some((panel, index) => panel.left < 0 || panel.right > 360 || (index && panel.top < panels[index - 1].bottom - 1))) missed.push(`${name}: a panel`);
      const labels = [...picture.querySelectorAll("text")].flatMap(labelled);
      for (const [index, [words, box]] of labels.entries()) {
        if (box.left < 0 || box.right > 360) missed.push(`${name}: ${words} is cut`);
        for (const [others, other] of labels.slice(0, index)) {
          const across = Math.min(box.right, other.right) - Math.max(box.left, other.left), down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
          if (across > 1 && down > 3) missed.push(`${name}: ${words} covers ${others}`);
        }
      }
    }
    return { several: pictures.filter((picture) => picture.children.length > 1).length, missed };
  });
}

// What is wider than the place it is drawn in and is cut there: it must scroll with a shadow at the edge, a picture or a table where
// the keyboard can scroll it too.
async function clipped(page) {
  const found = {};
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    found[width] = await page.evaluate(() => {
      const name = (one) => `${one.tagName.toLowerCase()}.${one.getAttribute("class") ?? ""} ${one.textContent.trim().slice(0, 60)}`;
      const missed = new Set();
      for (const one of document.querySelectorAll("math, svg, table, pre")) {
        if (!one.checkVisibility()) continue;
        const right = one.getBoundingClientRect().right;
        for (let around = one.parentElement; around !== document.body; around = around.parentElement) {
          const style = getComputedStyle(around);
          if (style.overflowX === "visible" || style.display === "inline") continue;
          const beyond = right > around.getBoundingClientRect().left + around.clientLeft + around.clientWidth + 2;
          const cue = style.backgroundImage.includes("gradient") && (one.localName === "math" || around.tabIndex === 0);
          if (beyond && !(style.overflowX === "auto" && cue)) missed.add(name(around));
          break; // what scrolls shows the whole of what it holds
        }
      }
      return [...missed];
    });
  }
  return found;
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
  const found = { printed: await printed(page), scripted: await words(page), keyboard: await keyboard(page), shown: await shown(page), switched: await switched(page), lost: await lost(page), unringed: await unringed(page), unprinted: await unprinted(page), overflow: await overflow(page), small: await small(page), stacked: await stacked(page), clipped: await clipped(page) };
  const plain = await open(browser, notes, { javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  return { ...found, plain: await words(plain) };
}

(async () => {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const notes = { requests: [], console: [] };
  const [seen, rules] = await Promise.all([looks(browser, notes), violations(browser, notes)]);
  await browser.close();
  process.stdout.write(JSON.stringify({ ...seen, ...rules, ...notes }));
})();
