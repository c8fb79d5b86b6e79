// Says that the file is being worked through, and keeps it from being sent twice.
document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("[data-busy]");
    if (!button) return;
    // After the form has been read: a disabled button would not be part of it.
    setTimeout(() => {
        button.textContent = button.dataset.busy;
        button.disabled = true;
        button.setAttribute("aria-busy", "true");
    });
});
addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
});
