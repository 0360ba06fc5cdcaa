// Runs before anything is drawn: a page that turns dark a moment later would flash.
try {
  const theme = localStorage.getItem("mosaic-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing shows what the system prefers.
}
