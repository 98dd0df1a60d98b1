# Writes tables of R packages as CSV files into a folder, for tables that nothing here was built on:
#   Rscript eng/benchmarks/r_tables.R FOLDER
# Packages: modeldata, ggplot2, dplyr, survival, mlbench, AER (Debian: r-cran-NAME).
folder <- commandArgs(trailingOnly = TRUE)[1]
tables <- list(
  modeldata = c("credit_data", "lending_club", "mlc_churn", "attrition", "hpc_data", "stackoverflow", "ames"),
  survival = c("flchain", "rotterdam", "pbc"), mlbench = c("Satellite", "BostonHousing2", "PimaIndiansDiabetes2"),
  AER = c("NMES1988", "PSID7682", "CPS1988"), ggplot2 = "diamonds", dplyr = "storms")
for (package in names(tables)) {
  for (name in tables[[package]]) {
    loaded <- new.env()
    suppressWarnings(data(list = name, package = package, envir = loaded))
    rows <- as.data.frame(if (exists(name, loaded, inherits = FALSE)) loaded[[name]] else getExportedValue(package, name))
    write.csv(rows[, !sapply(rows, is.list)], file.path(folder, paste0(name, ".csv")), row.names = FALSE, na = "")
  }
}
