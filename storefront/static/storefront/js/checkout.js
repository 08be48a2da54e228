// An order is sent once: what is pressed twice, or found again by going back, says so.
(() => {
  const form = document.getElementById("checkout-form");
  let sent = false;

  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "look") return;
    if (sent) return event.preventDefault();
    // Whoever has a say before it is sent (a card that is no card) has had it by now.
    setTimeout(() => event.defaultPrevented || ordering(true));
  });
  window.addEventListener("pageshow", () => ordering(false));

  function ordering(now) {
    sent = now;
    const button = document.querySelector("[data-order]");
    button.setAttribute("aria-disabled", String(now));
    button.dataset.words ??= button.textContent;
    button.textContent = now ? form.dataset.ordering : button.dataset.words;
  }
})();
