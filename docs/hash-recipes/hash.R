# Usage: Rscript hash.R URL. Prints the hash of the catalog that the service at URL serves. Needs jsonlite and sha256sum.
service <- commandArgs(TRUE)[1]

fetch <- function(path) {
  connection <- url(paste0(service, path), "rb")
  on.exit(close(connection))
  body <- raw()
  repeat {
    part <- readBin(connection, "raw", 65536)
    if (length(part) == 0) return(body)
    body <- c(body, part)
  }
}

names <- sort(jsonlite::fromJSON(rawToChar(fetch("/views")))$items$entity, method = "radix")
joined <- charToRaw("{")
for (name in names) {
  separator <- if (length(joined) > 1) ", " else ""
  joined <- c(joined, charToRaw(sprintf('%s"%s": ', separator, name)), fetch(paste0("/views/", name)))
}
file <- tempfile()
writeBin(c(joined, charToRaw("}")), file)
cat(sub(" .*", "", system2("sha256sum", file, stdout = TRUE)), "\n", sep = "")
