// The cross clears all filters. The Narrow panel does the work, because its value is the scope.
element.addEventListener("click", (event) => {
  if (!event.target.closest("button")) return;
  tell("byline:clear-narrowing");
  document.querySelector("#question textarea")?.focus();
});
