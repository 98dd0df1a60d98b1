using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Parquet.Formats;
using Microsoft.ML.Diffusion.Parquet.Saving;
using Microsoft.ML.Diffusion.Parquet.Views;

namespace Microsoft.ML;

/// <summary>Parquet files in and out of ML.NET: <c>ml.Data.LoadFromParquet</c> and <c>ml.Data.SaveAsParquet</c>.</summary>
public static class DiffusionParquetCatalog
{
    /// <summary>A lazy view over a Parquet file, or over the Parquet files of a folder in the order of their names.</summary>
    /// <remarks>
    /// <para>Rows are read one row group at a time, and only the columns that are asked for; memory does not depend on their number. Every
    /// cursor reads the files by itself, so that several may be used at a time.</para>
    /// <para>A null is a missing value as ML.NET and the estimators of this library have it. Numbers of 32 and 64 bits with a point are
    /// Single and Double, null is NaN. Whole numbers that may be null, and decimal numbers, are Double, null is NaN; whole numbers that may
    /// not be null keep their type. Texts and identifiers are text, null is the empty text. True and false are Boolean where they may not
    /// be null, else the texts <c>true</c>, <c>false</c> and the empty one, categories that can be filled in. Dates and timestamps are
    /// DateTime to 100 nanoseconds, null is <see cref="DateTime.MinValue"/>; times of day are TimeSpan, null is
    /// <see cref="TimeSpan.MinValue"/>. Whether a column may be null is what the file says of it, whatever its rows hold.</para>
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">A file, or a folder with files that end in <c>.parquet</c> and have the same columns; those whose name starts
    /// with <c>_</c> or <c>.</c> are passed over.</param>
    /// <param name="columns">Names of the columns to read; null for all.</param>
    /// <param name="cancel">Stops the reading, of the rows too.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="InvalidDataException">It is no Parquet file; files of the folder differ in their columns; a column to read is not
    /// there, or holds lists, structures or bytes.</exception>
    /// <example><code>
    /// IDataView rows = ml.Data.LoadFromParquet("patients.parquet");   // or a folder that Spark or DuckDB wrote
    /// var model = ml.Transforms.DiffusionImpute("Age", "Lactate").Fit(rows);
    /// ml.Data.SaveAsParquet(model.Transform(rows), "filled.parquet");
    /// </code></example>
    public static IDataView LoadFromParquet(
        this DataOperationsCatalog catalog, string path, IReadOnlyList<string>? columns = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new TableView(StoredTable.OpenAsync(StoredFormats.Parquet, path, columns, cancel).GetAwaiter().GetResult(), cancel);
    }

    /// <summary>Writes a view as a Parquet file, one row group after another. The file appears under its name once it is whole.</summary>
    /// <remarks>A column that was read by <see cref="LoadFromParquet"/>, filled in or not, is written with the type that it had: a column
    /// of whole numbers stays one, filled cells are rounded. Others are written with their own type; keys as the texts that they stand for,
    /// else as numbers. Missing values (NaN, key 0, the empty text, <see cref="DateTime.MinValue"/>) are null. Hidden columns are left
    /// out.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">The view; read once.</param>
    /// <param name="path">The file; replaced where it is there.</param>
    /// <param name="rowGroupSize">Rows of a row group, 1 or more: so many are kept in memory.</param>
    /// <param name="cancel">Stops the writing; nothing is left then.</param>
    /// <exception cref="ArgumentException">A column is a vector or of another type that cannot be saved; drop it first.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row group has no rows.</exception>
    /// <exception cref="OverflowException">A number is outside of what the type of its column can hold.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>
    /// ml.Data.SaveAsParquet(filled, "filled.parquet", rowGroupSize: 50_000);
    /// </code></example>
    public static void SaveAsParquet(
        this DataOperationsCatalog catalog, IDataView data, string path, int rowGroupSize = StoredTableWriter.DefaultGroupSize,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowGroupSize, 1);
        TableSaver.Save(StoredFormats.Parquet, data, path, rowGroupSize, cancel);
    }
}
