"""Where references come from: DOI agencies, arXiv, Open Library, PubMed, pages, PDF files."""
