"""The rules, one family a file. Each stands in the categories in which what it tells of matters."""
