// Counts down how long the goods are set aside, by the server's time, and says when it follows no more.
(() => {
  // The shortest first: whoever comes late hears one of them.
  const WORDS = [[0, "over"], [60, "one"], [120, "two"]];
  const lost = document.querySelector("[data-lost]");
  let last = Infinity;

  setInterval(count, 1000);
  count();
  document.body.addEventListener("htmx:sendError", () => (lost.hidden = false));
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) lost.hidden = true;
  });

  function count() {
    const hold = document.querySelector("[data-hold]");
    if (!hold) return;
    // The page says how many seconds are left; this clock need not be right, only steady.
    if (hold.until === undefined) begin(hold);
    const seconds = Math.max(0, Math.round((hold.until - Date.now()) / 1000));
    const left = hold.querySelector("[data-hold-left]");
    left.hidden = false;
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    hold.classList.toggle("hold--soon", seconds <= 120);
    const [mark, words] = WORDS.find(([mark]) => seconds <= mark) ?? [];
    if (words && last > mark) hold.querySelector("[data-hold-said]").textContent = hold.dataset[words];
    last = seconds;
  }

  function begin(hold) {
    hold.until = Date.now() + Number(hold.dataset.hold) * 1000;
    last = Infinity;
  }
})();
