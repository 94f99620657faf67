/* Sorts a table by the column whose heading is pressed. Nothing on a page needs it to be read. */
for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, heading, column));
  });
}

/** Numbers begin with the largest, words with A; a second press turns it round. */
function sort(table, heading, column) {
  const isNumber = heading.classList.contains("number");
  const before = heading.ariaSort;
  const isRising = before ? before === "descending" : !isNumber;
  for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
  heading.ariaSort = isRising ? "ascending" : "descending";
  const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const compare = isNumber ? (a, b) => Number(value(a)) - Number(value(b)) : (a, b) => value(a).localeCompare(value(b));
  const body = table.tBodies[0];
  body.append(...[...body.rows].sort((a, b) => (isRising ? compare(a, b) : compare(b, a))));
}
