// The sample shop tells the counter who is signed in, and forgets it before a stranger looks in.
{
  const { identity } = document.currentScript.dataset;
  if (identity) window.Madoguchi.setIdentity(identity);
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-leave]");
    if (!link) return;
    event.preventDefault();
    await window.Madoguchi.shutdown();
    location.assign(link.href);
  });
}
