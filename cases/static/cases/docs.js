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
  // Swagger UI gives its list of servers no name that a screen reader could say, and skips a level
  // of headings.
  onComplete: () => {
    document.getElementById("servers")?.setAttribute("aria-label", "Server");
    for (const tag of document.querySelectorAll("h3.opblock-tag")) {
      tag.setAttribute("aria-level", "2");
    }
  },
});
