using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Parquet.Formats;
using Microsoft.ML.Diffusion.Parquet.Saving;
using Microsoft.ML.Diffusion.Parquet.Views;

namespace Microsoft.ML;

/// <summary>Arrow files, which Feather files of version 2 are too, in and out of ML.NET: <c>ml.Data.LoadFromArrow</c> and
/// <c>ml.Data.SaveAsArrow</c>. They are what pandas, polars and R's arrow read and write.</summary>
/// <remarks>Format: Apache Arrow, "Columnar format", section "IPC File Format".</remarks>
public static class DiffusionArrowCatalog
{
    /// <summary>A lazy view over an Arrow file, or over the Arrow files of a folder in the order of their names.</summary>
    /// <remarks>
    /// <para>Rows are read one record batch at a time; memory does not depend on their number. Files that are compressed by LZ4 or ZSTD
    /// are read too. The number of rows is not known before they are read.</para>
    /// <para>Columns have the types that <see cref="DiffusionParquetCatalog.LoadFromParquet"/> gives them, and null is missing as there.
    /// Texts may be kept as a dictionary (categories in pandas, factors in R).</para>
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">A file, or a folder with files that end in <c>.arrow</c> or <c>.feather</c> and have the same columns; those
    /// whose name starts with <c>_</c> or <c>.</c> are passed over.</param>
    /// <param name="columns">Names of the columns to read; null for all.</param>
    /// <param name="cancel">Stops the reading, of the rows too.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be opened.</exception>
    /// <exception cref="InvalidDataException">It is no Arrow file; files of the folder differ in their columns; a column to read is not
    /// there, or holds lists, structures, bytes or another type that a cell cannot hold.</exception>
    /// <example><code>
    /// IDataView rows = ml.Data.LoadFromArrow("patients.feather");
    /// var model = ml.Transforms.DiffusionImpute("Age", "Lactate").Fit(rows);
    /// ml.Data.SaveAsArrow(model.Transform(rows), "filled.feather");
    /// </code></example>
    public static IDataView LoadFromArrow(
        this DataOperationsCatalog catalog, string path, IReadOnlyList<string>? columns = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new TableView(StoredTable.OpenAsync(StoredFormats.Arrow, path, columns, cancel).GetAwaiter().GetResult(), cancel);
    }

    /// <summary>Writes a view as an Arrow file, one record batch after another, not compressed. The file appears under its name once it is
    /// whole.</summary>
    /// <remarks>A column that was read by <see cref="LoadFromArrow"/> or <see cref="DiffusionParquetCatalog.LoadFromParquet"/>, filled in
    /// or not, is written with the type that it had, as <see cref="DiffusionParquetCatalog.SaveAsParquet"/> has it; a dictionary keeps its
    /// levels and their order. Identifiers are texts in an Arrow file.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">The view; read once.</param>
    /// <param name="path">The file; replaced where it is there.</param>
    /// <param name="batchSize">Rows of a record batch, 1 or more: so many are kept in memory.</param>
    /// <param name="cancel">Stops the writing; nothing is left then.</param>
    /// <exception cref="ArgumentException">A column is a vector or of another type that cannot be saved; drop it first.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch has no rows.</exception>
    /// <exception cref="InvalidOperationException">A text is none of the levels that its column was read with.</exception>
    /// <exception cref="OverflowException">A number is outside of what the type of its column can hold.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>
    /// ml.Data.SaveAsArrow(filled, "filled.feather", batchSize: 50_000);   // pandas: pd.read_feather("filled.feather")
    /// </code></example>
    public static void SaveAsArrow(
        this DataOperationsCatalog catalog, IDataView data, string path, int batchSize = StoredTableWriter.DefaultGroupSize,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        TableSaver.Save(StoredFormats.Arrow, data, path, batchSize, cancel);
    }
}
