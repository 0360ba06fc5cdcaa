// Runs before the first paint: a page that turns dark a moment later would flash.
try {
  const theme = localStorage.getItem("mosaic-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage, the system's preference applies.
}
