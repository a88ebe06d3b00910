def cited_text(r): return "copied"
