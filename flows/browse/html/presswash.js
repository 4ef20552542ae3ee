// Keys: j and k go from record to record, n and p from unsure block to unsure block of a record,
// / goes to the search box, Enter opens, u goes up, and x
// keeps or removes the block that has the focus.
"use strict";
const KEY = "presswash.records";
const hits = [...document.querySelectorAll(".hits h2 a")];
if (hits.length) {
  const seen = { list: location.href, records: hits.map((hit) => hit.href) };
  sessionStorage.setItem(KEY, JSON.stringify(seen));
}

function move(step) {
  if (hits.length) {
    const place = hits.indexOf(document.activeElement);
    const next = hits[Math.min(Math.max(place + step, 0), hits.length - 1)];
    next.focus();
    next.closest("li").scrollIntoView({ block: "nearest" });
    return;
  }
  const seen = JSON.parse(sessionStorage.getItem(KEY) || "null");
  const place = seen ? seen.records.indexOf(location.href.split("#")[0]) : -1;
  if (place >= 0 && seen.records[place + step]) location.href = seen.records[place + step];
}

function correct() {
  const block = document.activeElement.closest(".blocks li");
  if (block) block.querySelector(".act")?.click();
}

// The next unsure block, or the one before, so that a record can be labelled with keys alone.
function unsure(step) {
  const blocks = [...document.querySelectorAll(".blocks .unsure")];
  const place = blocks.indexOf(document.activeElement);
  const next = blocks[place < 0 && step < 0 ? blocks.length - 1 : place + step];
  if (next) next.focus();
}

function up() {
  const seen = JSON.parse(sessionStorage.getItem(KEY) || "null");
  if (seen && !hits.length) location.href = seen.list;
}

const target = location.hash && document.getElementById(location.hash.slice(1));
if (target) target.focus();

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = {
    j: () => move(1),
    k: () => move(-1),
    n: () => unsure(1),
    p: () => unsure(-1),
    u: up,
    x: correct,
    "/": () => document.querySelector("header input[type=search]").focus(),
  }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});
