// Tells the portal the time zone of this browser, so that pages show times as its clock does.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const year = 365 * 24 * 60 * 60;
  document.cookie =
    `reader_zone=${encodeURIComponent(zone)}; path=/admin/; max-age=${year}; SameSite=Lax${secure}`;
})();
