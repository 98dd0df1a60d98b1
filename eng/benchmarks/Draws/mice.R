# Rscript mice.R IN.csv FOLDER DRAWS SEED METHOD CATEGORIES: draws by multiple imputation with chained equations, one file a draw.
a <- commandArgs(TRUE)
suppressMessages(library(mice))
x <- read.csv(a[1], stringsAsFactors = FALSE, na.strings = "", check.names = FALSE)
for (v in strsplit(a[6], ",")[[1]]) if (nchar(v) > 0) x[[v]] <- factor(x[[v]])
im <- mice(x, m = as.integer(a[3]), maxit = 5, method = a[5], seed = as.integer(a[4]), printFlag = FALSE, remove.collinear = FALSE, eps = 0)
for (i in seq_len(as.integer(a[3])))
  write.csv(complete(im, i), file.path(a[2], paste0(i - 1, ".csv")), row.names = FALSE, na = "", quote = FALSE)
