// The keys of every list: j and k move, Enter opens, x ticks, ? tells them all. Unfold has / already.
(() => {
  const rows = () => [...document.querySelectorAll("#result_list tr.data-row")];
  const current = () => document.querySelector("#result_list tr.office-current");
  const keys = () => document.getElementById("office-keys");

  const isElsewhere = (event) =>
    event.ctrlKey || event.metaKey || event.altKey
    || event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable], [role=dialog]");

  function move(by) {
    const all = rows();
    if (!all.length) return;
    const now = all.indexOf(current());
    const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + by, 0), all.length - 1);
    all[now]?.classList.remove("office-current");
    all[next].classList.add("office-current");
    all[next].scrollIntoView({ block: "nearest" });
  }

  const presses = {
    j: () => move(1),
    k: () => move(-1),
    x: () => current()?.querySelector(".action-select")?.click(),
    Enter: () => current()?.querySelector("th a, td a")?.click(),
    "?": () => keys()?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    // A link or a button that has the focus is pressed by Enter itself.
    const isPressed = event.key === "Enter" && event.target.closest("a, button, summary");
    if (!presses[event.key] || isElsewhere(event) || isPressed) return;
    event.preventDefault();
    presses[event.key]();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) keys()?.showModal();
  });
})();
