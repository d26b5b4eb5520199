// What the pages do beyond HTML and htmx: keys, polling, ticks, local times. Every page works without it.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const announce = (words) => { document.getElementById("announcer").textContent = words; };

/* --- times: the server says a moment, the browser says it in the reader's time zone --- */
const sameDay = (a, b) => a.toDateString() === b.toDateString();
function localTime(element) {
  const moment = new Date(element.dateTime);
  if (Number.isNaN(moment.getTime())) return;
  const now = new Date();
  const clock = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const parts = { day: "numeric", month: "short" };
  if (moment.getFullYear() !== now.getFullYear()) parts.year = "numeric";
  element.textContent = sameDay(moment, now) ? clock : `${moment.toLocaleDateString("en-GB", parts)}, ${clock}`;
  element.title = moment.toLocaleString([], { dateStyle: "long", timeStyle: "long" });
}

/* --- polling: only while an element says that something is on its way --- */
const QUICK = [50, 100, 200, 400]; // milliseconds from the moment the answer arrived; swapping it in takes part of the first
let arrived = performance.now();
document.addEventListener("htmx:beforeSwap", () => { arrived = performance.now(); });
function poll(element) {
  if (element.pollStarted) return;
  element.pollStarted = true;
  const every = Number(element.dataset.pollEvery || 0) * 1000;
  const place = { element, began: arrived, tries: 0, every };
  schedule(place);
}
function schedule(place) {
  const { tries, began, every } = place;
  const quick = !every && tries < QUICK.length;
  const pause = quick ? Math.max(0, began + QUICK[tries] - performance.now()) : every || 1000;
  place.timer = setTimeout(() => ask(place), pause);
}
async function ask(place) {
  const { element } = place;
  if (!element.isConnected) return;
  if (document.hidden && place.tries >= QUICK.length) return schedule(place);
  place.tries += 1;
  let answer;
  try {
    answer = await fetch(element.dataset.poll, {
      headers: { "HX-Request": "true", "Daybook-Background": "1" }, credentials: "same-origin", redirect: "error",
    });
  } catch { return schedule(place); } // the site is not there for a moment: ask again
  if (answer.status === 204) return schedule(place);
  if (!answer.ok) return answer.status >= 500 ? schedule(place) : undefined;
  const parts = [...new DOMParser().parseFromString(await answer.text(), "text/html").body.children];
  if (!parts.length || !element.isConnected) return;
  parts.filter((part) => part.dataset.into).forEach((part) => follow(document.querySelector(part.dataset.into), part));
  replace(place, document.adoptNode(parts[0]));
}
// A part that says its state changes only with it: an open form in it stays open as long as it can be sent.
function follow(element, part) {
  if (!element || (part.dataset.state && part.dataset.state === element.dataset.state)) return;
  if (fill(element, part) && part.dataset.state) element.dataset.state = part.dataset.state;
}
function fill(element, next) {
  // What somebody is about to press stays as it is; the next answer fills it again.
  if (!element || element.innerHTML === next.innerHTML || element.contains(document.activeElement)) return false;
  arrived = performance.now();
  element.replaceChildren(...document.adoptNode(next).childNodes);
  prepare(element);
  if (window.htmx) htmx.process(element);
  return true;
}
function replace(place, next) {
  const { element } = place;
  // The element itself stays: a live region that is replaced is not spoken, one whose content changes is.
  fill(element, next);
  for (const name of ["data-poll", "data-poll-every", "data-state", "class"]) {
    if (next.hasAttribute(name)) element.setAttribute(name, next.getAttribute(name));
    else element.removeAttribute(name);
  }
  if (element.hasAttribute("data-poll")) {
    place.every = Number(element.dataset.pollEvery || 0) * 1000;
    schedule(place);
  } else {
    element.pollStarted = false;
    element.dispatchEvent(new CustomEvent("poll-ended", { bubbles: true }));
  }
}

/* --- lists: ticks, rows by keys, the open row --- */
const ticks = (table) => all("tbody input[name=selected]", table);
function countTicks(table) {
  const form = table.closest("form");
  const place = form && form.querySelector("[data-bulk-count]");
  if (!place) return;
  const chosen = ticks(table).filter((tick) => tick.checked).length;
  all("[data-counted]", form).forEach((button) => { button.lastElementChild.textContent = chosen ? `${button.dataset.counted} ${chosen}` : button.dataset.counted; });
  place.textContent = chosen ? `${chosen} chosen:` : "Tick rows to";
  form.classList.toggle("has-choice", chosen > 0);
  const every = table.querySelector("[data-tick-all]");
  if (every) {
    every.checked = chosen > 0 && chosen === ticks(table).length;
    every.indeterminate = chosen > 0 && !every.checked;
  }
}
function walkRows(step) {
  const rows = all("tr[data-row]");
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  const target = next.querySelector(".row-link, a, input, button");
  if (target) target.focus();
}
function tickRow() {
  const row = document.activeElement.closest && document.activeElement.closest("tr[data-row]");
  const tick = row && row.querySelector("input[name=selected]");
  if (tick) { tick.checked = !tick.checked; countTicks(row.closest("table")); }
}

/* --- keys --- */
const FIXED_KEYS = [["/", "Search"], ["j", "Next row"], ["k", "Row before"], ["x", "Tick the row"], ["Esc", "Close, or leave the field"]];
let firstKey = "";
let firstKeyTimer;
const typing = (target) => target.matches && target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");
const isShown = (element) => element.closest("[hidden]") === null;
function press(combination) {
  const found = all("[data-key]").find((element) => element.dataset.key === combination && isShown(element));
  if (!found) return false;
  if (found.matches("input, select, textarea")) found.focus(); else found.click();
  return true;
}
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape") return closeOpen(event);
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const combination = firstKey ? `${firstKey} ${event.key}` : event.key;
  firstKey = "";
  clearTimeout(firstKeyTimer);
  if (handle(combination)) return event.preventDefault();
  if (all("[data-key]").some((element) => element.dataset.key.startsWith(`${event.key} `))) {
    firstKey = event.key;
    firstKeyTimer = setTimeout(() => { firstKey = ""; }, 1500);
  }
}
function handle(combination) {
  if (combination === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { search.focus(); search.select(); }
    return Boolean(search);
  }
  if (combination === "j" || combination === "k") { walkRows(combination === "j" ? 1 : -1); return true; }
  if (combination === "x") { tickRow(); return true; }
  return press(combination);
}
function closeOpen(event) {
  const open = all("details[open].menu-button, details[open].column-choice, details[open].bottom-more, details[open].confirm").pop();
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (typing(event.target)) event.target.blur();
}
function listKeys() {
  const list = document.querySelector("[data-key-list]");
  const named = all("[data-key]").filter(isShown).map((element) => [
    element.dataset.key, element.dataset.keyLabel || element.textContent.trim(),
  ]);
  const seen = new Set();
  list.replaceChildren(...[...FIXED_KEYS, ...named].filter(([key]) => !seen.has(key) && seen.add(key)).flatMap(([key, words]) => {
    const term = document.createElement("dt");
    term.append(...key.split(" ").map((one) => Object.assign(document.createElement("kbd"), { textContent: one })));
    return [term, Object.assign(document.createElement("dd"), { textContent: words })];
  }));
}

/* --- a suggested value goes into its field; the fields of a new client's contact have names of their own --- */
function takeOffer(offer) {
  const id = offer.dataset.fill;
  const field = document.getElementById(id) || document.getElementById(id.replace("id_", "id_contact_"));
  if (!field) return;
  field.value = offer.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
}

/* --- what is done to a page, or to a part of one that has just arrived --- */
function prepare(root) {
  const within = (selector) => [...(root.matches && root.matches(selector) ? [root] : []), ...all(selector, root)];
  within("time[data-local]").forEach(localTime);
  within("[data-poll]").forEach(poll);
  within(".needs-script").forEach((element) => { element.hidden = false; });
  within("table[data-list]").forEach(countTicks);
  const summary = within(".error-summary")[0];
  if (summary) summary.focus();
}

document.addEventListener("keydown", onKey);
// What was typed is searched as it is typed; leaving the box must not search again and push its address over that of a row just opened.
document.addEventListener("change", (event) => {
  if (event.target.matches(".filters input[type=search]")) event.stopPropagation();
}, true);
document.addEventListener("change", (event) => {
  const target = event.target;
  if (target.matches("[data-tick-all]")) ticks(target.closest("table")).forEach((tick) => { tick.checked = target.checked; });
  if (target.closest("table[data-list]")) countTicks(target.closest("table"));
  const themes = target.closest("[data-theme-switch]");
  if (themes) {
    document.documentElement.dataset.theme = target.value;
    fetch(themes.action, { method: "POST", body: new FormData(themes), redirect: "manual" });
  }
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.openDialog);
    if (dialog.id === "keys") listKeys();
    dialog.showModal();
  }
  const asks = event.target.closest("[data-ask]");
  if (asks && !window.confirm(asks.dataset.ask)) { event.preventDefault(); event.stopPropagation(); }
  const offer = event.target.closest("[data-fill]");
  if (offer) takeOffer(offer);
  const row = event.target.closest(".row-link");
  if (row) {
    all("tr.is-open").forEach((one) => { one.classList.remove("is-open"); one.removeAttribute("aria-current"); });
    const line = row.closest("tr");
    if (line) { line.classList.add("is-open"); line.setAttribute("aria-current", "true"); }
  }
  all("details.menu-button[open], details.bottom-more[open]").forEach((open) => { if (!open.contains(event.target)) open.open = false; });
}, true);
// A form that a button opened may begin below the edge of what is seen.
document.addEventListener("toggle", (event) => {
  if (event.target.matches(".confirm[open]")) event.target.querySelector(".confirm-body").scrollIntoView({ block: "nearest" });
}, true);
// A second press on a button that sends a form does nothing while the first is on its way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get" || form.matches("[data-theme-switch]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 1500);
});
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target && event.detail.target.id === "list-body") announce(document.querySelector("#list-body caption")?.textContent || "Nothing found");
});
// What a check says about a form may push the button with the focus off the screen, just before Enter is pressed.
document.addEventListener("htmx:afterSettle", (event) => {
  const focused = document.activeElement;
  if (event.detail.target?.id === "preflight" && focused.matches(":focus-visible")) focused.scrollIntoView({ block: "nearest" });
});
// A check is asked for when a value changes, and once more when its field is left: the same question has its answer already.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (elt.id !== "preflight") return;
  const question = JSON.stringify([...requestConfig.formData]);
  if (elt.question === question) event.preventDefault();
  elt.question = question;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.id === "preflight" && !event.detail.successful) delete event.detail.elt.question;
});
// The browser or the person broke off what was asked of a passkey.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.createElement("div");
  words.className = "message message-warning";
  words.textContent = "The passkey or security key was not used: the browser or you broke it off. Try again, or go another way.";
  document.getElementById("messages").replaceChildren(words);
});
document.addEventListener("htmx:sendError", () => announce("The site does not answer. What you typed is still here; try again in a moment."));
prepare(document.body);
