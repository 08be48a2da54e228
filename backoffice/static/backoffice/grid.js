// Stock is put right in its cell, with the keys of a spreadsheet.
(() => {
  const grid = document.querySelector(".stock-grid");
  const editor = document.querySelector("#cell-editor");
  document.querySelectorAll(".inventory-filters select").forEach((select) =>
    select.addEventListener("change", () => select.form.requestSubmit()));
  if (!grid) return;

  const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const rows = () => [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("td")]);
  const cells = () => rows().flat();
  let edited = null; // the cell whose number is being typed
  let underWay = false;

  function beside(cell, [down, right]) {
    const all = rows();
    const row = all.findIndex((line) => line.includes(cell));
    return all[row + down]?.[all[row].indexOf(cell) + right];
  }

  function inTurn(cell, step) {
    const all = cells();
    return all[all.indexOf(cell) + step];
  }

  function moveTo(cell) {
    if (!cell) return;
    grid.querySelectorAll('td[tabindex="0"]').forEach((other) => (other.tabIndex = -1));
    cell.tabIndex = 0;
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function edit(cell, typed) {
    if (!editor || !cell.dataset.address || underWay) return;
    edited = cell;
    cell.classList.add("edited");
    editor.hidden = false;
    cell.append(editor);
    editor.elements.typed.value = typed ?? cell.dataset.typed;
    editor.elements.reason.value = sessionStorage.getItem("stock-reason") ?? "";
    const product = cell.parentElement.querySelector("th strong").textContent;
    editor.querySelector(".whose").textContent = `${product}, ${cell.dataset.where}`;
    say("");
    foretell();
    editor.elements.typed.focus();
    if (typed === undefined) editor.elements.typed.select();
  }

  function drop() {
    if (!edited) return;
    const cell = edited;
    edited = null;
    cell.classList.remove("edited");
    editor.hidden = true;
    document.querySelector(".inventory").append(editor);
    moveTo(cell);
  }

  function say(text) {
    editor.querySelector(".refusal").textContent = text;
  }

  // "12 → 9 (−3)", before it is booked.
  function foretell() {
    const before = Number(edited.dataset.typed);
    const typed = editor.elements.typed.value.trim().replace(",", ".").replace("−", "-");
    const change = /^[+-]/.test(typed) ? Number(typed) : Number(typed.replace("=", "")) - before;
    const known = typed !== "" && Number.isFinite(change) && change !== 0;
    const plain = (number) => String(Math.round(number * 1000) / 1000).replace("-", "−");
    editor.querySelector("output").textContent =
      known ? `${plain(before)} → ${plain(before + change)} (${change > 0 ? "+" : ""}${plain(change)})` : "";
  }

  function renew(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html.trim();
    const cell = fresh.content.firstElementChild;
    edited.replaceWith(cell);
    edited = cell;
  }

  async function book(next) {
    if (underWay) return;
    if (needsReason()) return editor.elements.reason.focus();
    underWay = true;
    const form = editor.elements;
    form.seen.value = edited.dataset.seen;
    sessionStorage.setItem("stock-reason", form.reason.value);
    try {
      const answer = await fetch(edited.dataset.address, { method: "POST", body: new FormData(editor) });
      if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
        return say(answer.redirected ? editor.dataset.left : editor.dataset.lost);
      }
      const { cell, said } = await answer.json();
      settle(cell, said, next);
    } catch {
      say(editor.dataset.lost);
    } finally {
      underWay = false;
    }
  }

  function settle(html, said, next) {
    const typed = editor.elements.typed.value;
    const where = edited;
    document.querySelector(".inventory").append(editor);
    renew(html);
    if (said) {
      edited.append(editor);
      edited.classList.add("edited");
      editor.elements.typed.value = typed;
      foretell();
      say(said);
      return editor.elements.typed.focus();
    }
    const done = edited;
    drop();
    done.classList.add("booked");
    document.querySelector("#grid-said").textContent = `${where.dataset.where}: ${done.textContent}`;
    moveTo(next(done) ?? done);
  }

  function needsReason() {
    const { typed, reason } = editor.elements;
    return typed.value.trim() !== edited.dataset.typed && !reason.value.trim();
  }

  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    if (editor?.contains(event.target)) return typing(event);
    const { key } = event;
    if (key in ARROWS) moveTo(beside(cell, ARROWS[key]));
    else if (key === "Home" || key === "End") moveTo(cell.parentElement.querySelectorAll("td").item(key === "Home" ? 0 : cell.parentElement.querySelectorAll("td").length - 1));
    else if (key === "Enter" || key === "F2") cell.dataset.address ? edit(cell) : cell.querySelector("a")?.click();
    else if (key === " ") cell.querySelector("a")?.click();
    else if (key === "Tab" && inTurn(cell, event.shiftKey ? -1 : 1)) moveTo(inTurn(cell, event.shiftKey ? -1 : 1));
    else if (/^[0-9+\-=−]$/.test(key)) edit(cell, key);
    else if (key === "Escape") document.querySelector('.inventory-filters [name="q"]').focus();
    else return;
    event.preventDefault();
  });

  function typing(event) {
    const { key, shiftKey, target } = event;
    event.stopPropagation();
    if (key === "Escape") drop();
    else if (key === "Enter" && target.tagName === "BUTTON") return;
    else if (key === "Enter") book((cell) => beside(cell, [shiftKey ? -1 : 1, 0]));
    else if (key === "Tab" && target.name === "typed" && !shiftKey) editor.elements.reason.focus();
    else if (key === "Tab" && target.name === "reason" && !shiftKey) book((cell) => inTurn(cell, 1));
    else if (key === "Tab" && target.name === "reason") editor.elements.typed.focus();
    else return;
    event.preventDefault();
  }

  grid.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (!cell || event.target.closest("a, #cell-editor")) return;
    drop();
    moveTo(cell);
    edit(cell);
  });

  editor?.addEventListener("submit", (event) => { event.preventDefault(); book((cell) => cell); });
  editor?.addEventListener("input", foretell);
  editor?.elements.drop.addEventListener("click", drop);
  window.addEventListener("beforeunload", (event) => { if (edited && editor.querySelector("output").textContent) event.preventDefault(); });
  const first = cells()[0];
  if (first) first.tabIndex = 0;
})();
