def permalink(r): return "?ask=x"
