"""Between the wire's words (camelCase, strings) and the portal's own."""
