/* Lists are plain forms and links. With htmx they change in place; this keeps what
   a swap would lose: an open drawer, with the focus in it, and a short address. */
(() => {
  document.documentElement.classList.add("htmx-ready");

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    for (const [name, value] of [...detail.formData.entries()]) {
      if (value === "") detail.formData.delete(name);
    }
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!document.getElementById("drawer")?.open) return;
    detail.serverResponse = detail.serverResponse.replace('id="drawer"', 'id="drawer" open');
  });
})();
