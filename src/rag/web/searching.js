// The cross gives up all narrowing; the panel does it, as its value is the scope.
element.addEventListener("click", (event) => {
  if (!event.target.closest("button")) return;
  document.dispatchEvent(new CustomEvent("byline:clear-narrowing"));
  document.querySelector("#question textarea")?.focus();
});
