/* Lists are plain forms and links. With htmx they change in place; this keeps what
   a swap would lose: whether the drawer is open, and a short address. */
(() => {
  let wasOpen = false;

  document.documentElement.classList.add("htmx-ready");

  const drawer = () => document.getElementById("drawer");

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    for (const [name, value] of [...detail.formData.entries()]) {
      if (value === "") detail.formData.delete(name);
    }
  });

  document.addEventListener("htmx:beforeSwap", () => {
    wasOpen = Boolean(drawer()?.open);
  });

  document.addEventListener("htmx:afterSwap", () => {
    if (drawer()) drawer().open = wasOpen;
  });
})();
