// Which formulas go on beyond the edge of a phone, what a narrower screen shows at that edge, and which words and numbers a phone parts.
"use strict";

const WIDTH = 360, NARROW = 240, INSIDE = 40; // pixels: of the screens, and from the edge to where no shade reaches

// The lines that hold a formula and go on beyond their right edge.
async function clippedLines(page) {
  return page.evaluateHandle(() => {
    const around = (one) => { for (let at = one.parentElement; at; at = at.parentElement) if (getComputedStyle(at).overflowX === "auto") return at; };
    const lines = new Set([...document.querySelectorAll("main math")].filter((one) => one.checkVisibility()).map(around).filter(Boolean));
    return [...lines].filter((line) => line.scrollWidth > line.clientWidth + 1);
  });
}

// The beginnings of the lines that a phone clips.
async function clippedOnAPhone(page) {
  await page.setViewportSize({ width: WIDTH, height: 900 });
  return (await clippedLines(page)).evaluate((lines) => lines.map((line) => line.textContent.slice(0, 60)));
}

// The contrast of the commonest colours of two columns of pixels of a picture: its last, and one inside.
async function contrast(reader, picture) {
  return reader.evaluate(async ([picture, inside]) => {
    const drawn = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
    const canvas = new OffscreenCanvas(drawn.width, drawn.height).getContext("2d");
    canvas.drawImage(drawn, 0, 0);
    const light = (x) => {
      const { data } = canvas.getImageData(x, 0, 1, drawn.height), seen = new Map();
      for (let at = 0; at < data.length; at += 4) {
        const colour = [data[at], data[at + 1], data[at + 2]].join();
        seen.set(colour, (seen.get(colour) ?? 0) + 1);
      }
      const commonest = [...seen].sort((one, other) => other[1] - one[1])[0][0].split(",");
      const [red, green, blue] = commonest.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [ground, edge] = [light(drawn.width - inside), light(drawn.width - 2)].sort((one, other) => other - one);
    return (ground + 0.05) / (edge + 0.05);
  }, [picture, INSIDE]);
}

// The contrast of the shade of each clipped formula with its ground, on a narrow screen, before anything is scrolled.
async function cues(page) {
  await page.setViewportSize({ width: NARROW, height: 900 });
  await page.waitForTimeout(1500); // the script has looked at every line
  const reader = await page.context().newPage(), lines = await clippedLines(page), found = [];
  for (const line of (await lines.getProperties()).values()) {
    const { words, box } = await line.evaluate(async (line) => {
      for (let frames = 0; frames < 8; frames += 1) { // what comes into sight is laid out, which moves it
        line.scrollIntoView({ block: "center" });
        await new Promise(requestAnimationFrame);
      }
      const { right, top, height } = line.getBoundingClientRect();
      return { words: line.textContent.slice(0, 60), box: { right, top, height } };
    });
    const clip = { x: box.right - INSIDE, y: box.top, width: INSIDE, height: box.height };
    const picture = (await page.screenshot({ clip })).toString("base64");
    found.push([words, await contrast(reader, picture)]);
  }
  await reader.close();
  return found;
}

// The words of code and the numbers that stand on two lines of a phone.
async function parted(page) {
  await page.setViewportSize({ width: WIDTH, height: 900 });
  return page.evaluate(() => {
    const missed = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    let seen = 0;
    for (let node; (node = words.nextNode());) {
      const element = node.parentElement;
      if (element.closest("script, style, math, svg, pre") || !element.checkVisibility()) continue;
      for (const word of node.nodeValue.matchAll(element.closest("code") ? /[^\s/]+/g : /\d[\d.,]*\d/g)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        seen += 1;
        if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) missed.push(`${word[0]} in ${node.nodeValue.slice(0, 80)}`);
      }
    }
    return { seen, missed };
  });
}

module.exports = { clippedOnAPhone, cues, parted };
