// Conveniences; every page says the same without them: a filter for the overview, a mark on reviews that are overdue, the right tab and
// fold for a link, a button that opens all folds, and a word over tables that are wider than the page.
(() => {
  const today = new Date().toISOString().slice(0, 10);
  for (const due of document.querySelectorAll("time[data-rg-due]")) {
    if (due.dateTime < today) {
      const mark = document.createElement("span");
      mark.className = "rg-badge rg-badge--overdue";
      mark.textContent = "overdue";
      due.after(" ", mark);
    }
  }

  for (const input of document.querySelectorAll("input[data-rg-filter]")) {
    const rows = [...document.querySelectorAll(`#${input.dataset.rgFilter} tbody tr`)];
    if (rows.length < 8) continue;
    input.closest("p").hidden = false;
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/);
      for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    });
  }

  for (const button of document.querySelectorAll("button[data-rg-open]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const fold of document.querySelectorAll(button.dataset.rgOpen)) fold.open = true;
    });
  }

  // A link to what stands in another environment's tab opens that tab; one to an object of the reference opens its table.
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const fold = target.closest("details") ?? unfolded(target);
    if (fold && !fold.open) fold.open = true;
    const block = target.closest(".tabbed-block");
    if (!block) return;
    const set = block.closest(".tabbed-set");
    const index = [...block.parentElement.children].indexOf(block);
    const input = set.querySelectorAll(":scope > input")[index];
    if (input && !input.checked) input.click();
    requestAnimationFrame(() => target.scrollIntoView());
  };
  // The table of a heading: the next fold before the next heading.
  const unfolded = (heading) => {
    let next = heading.matches("h2, h3") ? heading.nextElementSibling : null;
    while (next && !next.matches("h2, h3, .rg-object")) next = next.nextElementSibling;
    return next?.matches(".rg-object") ? next : null;
  };
  addEventListener("hashchange", open);
  addEventListener("load", open);

  // Material puts tables into their scrolling boxes after this file has run, and the width changes with the window.
  const mark = (box) => {
    const hint = box.previousElementSibling?.classList.contains("rg-scroll") ? box.previousElementSibling : null;
    const wide = box.scrollWidth > box.clientWidth + 1;
    if (wide && !hint) {
      const words = document.createElement("p");
      words.className = "rg-scroll";
      words.textContent = "This table goes on to the right \u2192";
      box.before(words);
      box.tabIndex = 0;
    } else if (!wide && hint && box.clientWidth > 0) {
      hint.remove();
      box.removeAttribute("tabindex");
    }
  };
  const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => mark(target)));
  addEventListener("load", () => {
    for (const table of document.querySelectorAll(".md-typeset table")) {
      watch.observe(table.closest(".md-typeset__scrollwrap") ?? table);
    }
  });
})();
