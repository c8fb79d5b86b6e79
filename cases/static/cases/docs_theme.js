// Before the page is drawn: the theme that was chosen in the back office, else the system's.
(() => {
  let chosen = null;
  try {
    chosen = JSON.parse(localStorage.getItem("_x_adminTheme"));
  } catch {
    // Nothing readable was chosen.
  }
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const dark = chosen === "dark" || (chosen !== "light" && system.matches);
    document.documentElement.classList.toggle("dark-mode", dark);
  };
  system.addEventListener("change", show);
  show();
})();
