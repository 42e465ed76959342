// What a page shows at three widths: whether it scrolls sideways, and letters, pictures and lines that are small, covered or cut.
"use strict";

async function overflow(page) {
  await page.setViewportSize({ width: 360, height: 800 });
  const width = (open) => page.evaluate((open) => {
    for (const fold of document.querySelectorAll("details")) fold.open = open;
    return document.documentElement.scrollWidth;
  }, open);
  return { folded: await width(false), open: await width(true) };
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

// The pictures on a phone: those whose panels do not stand below one another within the screen, labels that cover another one, and in the
// pictures that explain labels that lie on a curve.
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
    // whether a curve goes through a label's letters
    const crossed = (text, curve) => {
      const { x, y, width, height } = text.getBBox(), middle = y + height / 2;
      for (let at = x; at <= x + width; at += 2) if (curve.isPointInStroke(new DOMPoint(at, middle))) return true;
      return false;
    };
    const missed = [], pictures = [...document.querySelectorAll(".panels, svg.plot")];
    for (const picture of pictures) {
      const name = picture.getAttribute("aria-label").slice(0, 60), panels = [...picture.matches("svg") ? [picture] : picture.children].map((panel) => panel.getBoundingClientRect());
      if (panels.some((panel, index) => panel.left < 0 || panel.right > 360 || (index && panel.top < panels[index - 1].bottom - 1))) missed.push(`${name}: a panel`);
      const texts = [...picture.querySelectorAll("text")], labels = texts.flatMap(labelled);
      for (const curve of picture.querySelectorAll(".curve, .orbit")) {
        for (const text of texts) if (crossed(text, curve)) missed.push(`${name}: a curve crosses ${text.textContent}`);
      }
      for (const [index, [words, box]] of labels.entries()) {
        if (box.left < 0 || box.right > 360) missed.push(`${name}: ${words} is cut`);
        for (const [others, other] of labels.slice(0, index)) {
          const across = Math.min(box.right, other.right) - Math.max(box.left, other.left), down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
          if (across > 1 && down > 3) missed.push(`${name}: ${words} covers ${others}`);
        }
      }
    }
    const explaining = pictures.filter((picture) => picture.matches("svg")).length;
    return { several: pictures.filter((picture) => !picture.matches("svg") && picture.children.length > 1).length, explaining, missed };
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

module.exports = { overflow, small, stacked, clipped };
