// Octavo's page without this script is complete; with it, notes stand beside the text on wide
// screens, only what scrolls can be tabbed to, and a citation shows its reference.
"use strict";

const wide = matchMedia("(min-width: 68rem)");
const roomy = matchMedia("(min-width: 84rem)");
const text = document.querySelector(".text");

// The element that a link within the page leads to.
function target(link) {
  const name = link.hash.slice(1);
  try {
    return document.getElementById(decodeURIComponent(name));
  } catch {
    return document.getElementById(name); // a lone percent sign
  }
}

// Sidenotes: the endnotes stay where they are in the document, so that ids, links back and the
// order of reading hold; only their place on the screen changes.
function placeNotes() {
  const section = text.querySelector(".notes");
  if (!section) return;
  section.classList.toggle("beside", wide.matches);
  text.style.minHeight = "";
  const notes = section.querySelectorAll(":scope > ol > li");
  if (!wide.matches) {
    for (const note of notes) note.style.top = "";
    return;
  }
  const origin = text.getBoundingClientRect().top;
  let free = 0;
  for (const note of notes) {
    const mark = document.getElementById(note.id.replace(/^fn/, "fnref"));
    const shown = mark?.closest("details:not([open])") ?? mark;
    const wish = shown ? shown.getBoundingClientRect().top - origin : free;
    const top = Math.max(wish, free);
    note.style.top = `${top}px`;
    free = top + note.offsetHeight + 14;
  }
  if (free > text.offsetHeight) text.style.minHeight = `${free}px`;
}

function linkNotes() {
  for (const mark of text.querySelectorAll("a.footnote-ref")) {
    const note = target(mark);
    if (!note) continue;
    for (const [kind, on] of [["mouseenter", true], ["mouseleave", false], ["focus", true], ["blur", false]]) {
      mark.addEventListener(kind, () => note.classList.toggle("lit", on));
    }
  }
}

// A container that has nothing to scroll is no stop for the keyboard.
function settleScrollers() {
  for (const box of document.querySelectorAll(".scroll, .formula, pre")) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

// Previews: the reference of a citation, where the citation is.
let preview = null;

function hidePreview() {
  preview?.remove();
  preview = null;
}

function showPreview(link) {
  hidePreview();
  const entry = target(link);
  if (!entry) return;
  preview = document.createElement("div");
  preview.className = "preview";
  preview.setAttribute("aria-hidden", "true");
  const copy = entry.cloneNode(true);
  copy.querySelector(".backlinks")?.remove();
  for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
  for (const inner of copy.querySelectorAll("a")) inner.replaceWith(...inner.childNodes);
  preview.append(...copy.childNodes);
  text.append(preview);
  const at = link.getBoundingClientRect();
  const frame = text.getBoundingClientRect();
  const left = Math.min(at.left - frame.left, frame.width - preview.offsetWidth);
  preview.style.left = `${Math.max(0, left)}px`;
  const above = at.top > preview.offsetHeight + 16;
  preview.style.top = `${above ? at.top - frame.top - preview.offsetHeight - 8 : at.bottom - frame.top + 8}px`;
}

function linkPreviews() {
  let timer = 0;
  for (const link of text.querySelectorAll(".citation a[href^='#ref-']")) {
    link.addEventListener("mouseenter", () => { timer = setTimeout(showPreview, 150, link); });
    link.addEventListener("mouseleave", () => { clearTimeout(timer); hidePreview(); });
    link.addEventListener("focus", () => showPreview(link));
    link.addEventListener("blur", hidePreview);
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hidePreview(); });
}

function openContents() {
  const details = document.querySelector(".contents details");
  if (details) details.open = roomy.matches;
}

function settle() {
  placeNotes();
  settleScrollers();
}

if (text) {
  openContents();
  linkNotes();
  linkPreviews();
  settle();
  roomy.addEventListener("change", openContents);
  document.fonts?.ready.then(settle);
  addEventListener("load", settle);
  text.addEventListener("toggle", settle, true);
  new ResizeObserver(settle).observe(document.body);
}
