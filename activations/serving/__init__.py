"""The dashboard in public: what stands between the web and the pages, and how much it lets in."""
