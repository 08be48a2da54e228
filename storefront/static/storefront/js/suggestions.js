/* A search box that suggests: WAI-ARIA's combobox with a list. Without it, it searches. */
(() => {
  const WAIT = 150;

  const start = (form, nth) => {
    const input = form.querySelector("input[type=search]");
    const list = document.createElement("ul");
    let timer, asked, chosen = -1;

    Object.assign(list, { id: `suggestions-${nth}`, className: "suggestions", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.querySelector("label").textContent);
    form.append(list);
    input.autocomplete = "off";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);

    const options = () => [...list.children];

    const choose = (index) => {
      chosen = index;
      options().forEach((option, at) => option.setAttribute("aria-selected", at === index));
      if (index < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", options()[index].id);
      options()[index]?.scrollIntoView({ block: "nearest" });
    };

    const show = (isShown) => {
      list.hidden = !isShown;
      input.setAttribute("aria-expanded", isShown);
      choose(-1);
    };

    const ask = async () => {
      const query = input.value.trim();
      asked?.abort();
      if (query.length < 2) return show(false);
      asked = new AbortController();
      try {
        const address = `${form.dataset.suggestions}?q=${encodeURIComponent(query)}`;
        const answer = await fetch(address, { signal: asked.signal });
        if (!answer.ok) return show(false);
        list.innerHTML = await answer.text();
      } catch (error) {
        // A later letter took its place, or the line is gone: then the form still searches.
        return error.name === "AbortError" ? undefined : show(false);
      }
      options().forEach((option) => { option.id = `${option.id}-${nth}`; });
      return show(list.children.length > 0 && document.activeElement === input);
    };

    const move = (by) => {
      if (list.hidden) return ask();
      const count = list.children.length + 1;
      return choose(((chosen + 1 + by + count) % count) - 1);
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1) };
      if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        options()[chosen].querySelector("a").click();
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        show(false);
      } else if (keys[event.key]) {
        event.preventDefault();
        keys[event.key]();
      }
    });
    form.addEventListener("focusout", ({ relatedTarget }) => {
      if (!form.contains(relatedTarget)) show(false);
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    show(false);
  };

  document.querySelectorAll(".suggesting").forEach(start);
})();
