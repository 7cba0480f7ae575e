"""Reports as files, and on their way out: CSV, XLSX, JSON; a folder, mail."""
