// Who chooses a supplier has said what kind of service it is: the rules and the VAT of that kind hold.

document.addEventListener(
  "change",
  (event) => {
    if (event.target.name !== "line_supply") return;
    const group = event.target.selectedOptions[0]?.closest("optgroup");
    const kind = event.target.closest("fieldset")?.querySelector("select[name=line_kind]");
    const known = [...(kind?.options ?? [])].some((option) => option.value === group?.dataset.kind);
    if (known) kind.value = group.dataset.kind;
  },
  { capture: true },
);
