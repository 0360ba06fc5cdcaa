// Runs before the first paint, so that a dark page does not flash white first.
try {
  const theme = localStorage.getItem("mosaic-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage, the theme of the system applies.
}
