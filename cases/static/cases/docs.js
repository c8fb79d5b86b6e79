// Draws the API's description. Nothing is asked of another host, and no key is kept.
SwaggerUIBundle({
  url: document.getElementById("docs").dataset.document,
  dom_id: "#docs",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 3,
  displayRequestDuration: true,
  persistAuthorization: false,
  showExtensions: false,
  tryItOutEnabled: false,
  validatorUrl: null,
  // What Swagger UI leaves out for people who hear the page: names, parts of the page that can be
  // jumped to, and a level of headings.
  onComplete: () => {
    document.getElementById("servers")?.setAttribute("aria-label", "Server");
    const parts = { ".information-container": "Description", ".scheme-container": "Server and key" };
    for (const [selector, name] of Object.entries(parts)) {
      const part = document.querySelector(selector);
      part?.setAttribute("role", "region");
      part?.setAttribute("aria-label", name);
    }
    for (const heading of document.querySelectorAll("h3.opblock-tag, .models h4")) {
      heading.setAttribute("aria-level", "2");
    }
  },
});
