"""The desk in a browser and the HTTP interface behind it, described by OpenAPI."""
