// Links that ask the counter: without JavaScript they write a mail, with it they open the chat.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-ask]");
  if (!link || !window.Madoguchi) return;
  event.preventDefault();
  if (link.dataset.ask) window.Madoguchi.prefill(link.dataset.ask);
  window.Madoguchi.open();
});
