# Rscript mice.R FOLDER M METHOD: multiple imputation of every table FOLDER/N.csv, the regression pooled; one line a coefficient.
a <- commandArgs(TRUE)
suppressMessages(library(mice))
for (f in list.files(a[1], pattern = "[.]csv$")) {
  x <- read.csv(file.path(a[1], f), stringsAsFactors = TRUE)
  im <- mice(x, m = as.integer(a[2]), maxit = 5, method = a[3], seed = 1, printFlag = FALSE)
  s <- summary(pool(with(im, lm(y ~ x * z + group))), conf.int = TRUE)
  s <- s[match(c("(Intercept)", "x", "z", "x:z", "groupb", "groupc"), s$term), ]
  write.table(s[, c("estimate", "std.error", "2.5 %", "97.5 %")], file.path(a[1], paste0(f, ".", a[3])), row.names = FALSE, col.names = FALSE)
}
