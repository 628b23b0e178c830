// Conveniences; every page says the same without them: a filter for the overview, a mark on reviews that are overdue, the right tab for a
// link, and a word over tables that are wider than the page.
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

  // A link to what stands in another environment's tab opens that tab.
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const block = target && target.closest(".tabbed-block");
    if (!block) return;
    const set = block.closest(".tabbed-set");
    const index = [...block.parentElement.children].indexOf(block);
    const input = set.querySelectorAll(":scope > input")[index];
    if (input && !input.checked) input.click();
    requestAnimationFrame(() => target.scrollIntoView());
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
