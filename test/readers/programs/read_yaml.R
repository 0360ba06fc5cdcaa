# Reads YAML documents with the yaml package: a document in base64 a line in, a reading in JSON a line out.
suppressPackageStartupMessages({
  library(jsonlite)
  library(yaml)
})

describe_scalar <- function(value) {
  if (is.na(value) && !is.nan(value)) return(list("other", paste("NA of type", typeof(value))))
  if (is.logical(value)) return(list("bool", value))
  if (is.integer(value)) return(list("int", format(value, scientific = FALSE)))
  if (is.character(value)) return(list("str", enc2utf8(value)))
  if (is.numeric(value)) {
    if (is.nan(value)) return(list("float", "NaN"))
    if (is.infinite(value)) return(list("float", if (value > 0) "Infinity" else "-Infinity"))
    sign <- if (value == 0 && 1 / value < 0) "-" else ""
    return(list("float", paste0(sign, format(value, digits = 17))))
  }
  list("other", class(value)[1])
}

describe <- function(value) {
  if (is.null(value)) return(list("null"))
  if (is.list(value) && !is.null(attr(value, "names"))) {
    pairs <- mapply(function(key, item) list(list("str", enc2utf8(key)), describe(item)), names(value), value, SIMPLIFY = FALSE)
    return(list("map", unname(pairs)))
  }
  if (is.list(value)) return(list("seq", lapply(unname(value), describe)))
  if (!is.null(attr(value, "class"))) return(list("other", class(value)[1]))
  if (length(value) == 1) return(describe_scalar(value))
  list("seq", lapply(unname(value), describe_scalar))
}

read <- function(document) {
  tryCatch(describe(yaml.load(document)), error = function(condition) list("error", conditionMessage(condition)))
}

if (identical(commandArgs(TRUE), "--version")) {
  cat("yaml", format(packageVersion("yaml")), paste0("(", R.version.string, ")"), "\n")
} else {
  input <- file("stdin", "r")
  while (length(line <- readLines(input, n = 1)) > 0) {
    document <- rawToChar(base64_dec(line))
    Encoding(document) <- "UTF-8"
    cat(toJSON(suppressWarnings(read(document)), auto_unbox = TRUE, null = "null"), "\n", sep = "")
    flush(stdout())
  }
}
