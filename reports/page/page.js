// Search and filter of claims. Without this script the page is whole: the controls stay hidden and every claim is shown.
"use strict";
(() => {
  const bars = document.querySelectorAll(".filters, .search");
  const claims = [...document.querySelectorAll("article.claim")];
  const field = (name) => document.getElementById("filter-" + name);
  const text = field("text"), section = field("section"), verdict = field("verdict"), method = field("method");
  const controls = [text, section, verdict, method];
  const has = (claim, name, wanted) => !wanted || claim.dataset[name].split(" ").includes(wanted);

  function fits(claim) {
    if (section.value && claim.dataset.section !== section.value) return false;
    if (!has(claim, "verdicts", verdict.value) || !has(claim, "methods", method.value)) return false;
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return true;
    claim.words ??= (claim.id + " " + claim.textContent).replaceAll("\u2060", "").toLowerCase(); // without the joiners of names such as 1-SAM
    return words.every((word) => claim.words.includes(word));
  }

  function apply() {
    let shown = 0;
    for (const claim of claims) {
      const keep = fits(claim);
      claim.hidden = !keep;
      shown += keep;
    }
    for (const group of document.querySelectorAll("section.group")) group.hidden = !group.querySelector("article.claim:not([hidden])");
    field("count").textContent = shown + " of " + claims.length + " claims shown";
  }

  function clear() {
    for (const control of controls) control.value = "";
    apply();
  }

  // A link to a hidden or folded place opens it.
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    land(target, 8);
  }

  // What comes into sight is laid out a frame later, and then moves what stands below it: so the place is brought into view once more.
  function land(target, frames) {
    target.scrollIntoView();
    if (frames) requestAnimationFrame(() => land(target, frames - 1));
  }

  // A wide formula scrolls in its own line, which the keyboard must reach. To ask for a width lays the line out, so a few are asked at a time.
  const lines = [...document.querySelectorAll(".statement, .print, .says, .step, .steps li, .told")];
  let next = lines.length;
  function scrollers() {
    const waiting = next < lines.length;
    next = 0;
    if (!waiting) requestIdleCallback(some);
  }
  function some(idle) {
    while (next < lines.length && idle.timeRemaining() > 4) {
      const line = lines[next++];
      if (line.scrollWidth > line.clientWidth + 1) line.tabIndex = 0;
      else line.removeAttribute("tabindex");
    }
    if (next < lines.length) requestIdleCallback(some);
  }

  for (const control of controls) control.addEventListener("input", apply);
  text.addEventListener("input", () => { if (text.value) document.getElementById("claims").scrollIntoView(); });
  field("clear").addEventListener("click", () => { clear(); text.focus(); });
  text.addEventListener("keydown", (event) => { if (event.key === "Escape") clear(); });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || !field("slash").checked || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    text.focus();
  });
  addEventListener("hashchange", reveal);
  addEventListener("resize", scrollers);
  document.addEventListener("toggle", scrollers, true);
  for (const bar of bars) bar.hidden = false;
  apply();
  reveal();
  scrollers();
})();
