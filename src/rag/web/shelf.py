def shelf(n): pass
